import { useEffect, useRef, useState } from "preact/hooks";
import { call, errorWords } from "../api/call.ts";
import { type DeadLetter, textSchema } from "../api/schemas.ts";
import { useChecked } from "../hooks/use-checked.ts";
import { useConsole } from "../hooks/use-console.ts";
import { useNow } from "../hooks/use-now.ts";
import { Editor } from "../parts/editor.tsx";
import { JsonBlock } from "../parts/json-block.tsx";
import { Problems } from "../parts/problems.tsx";
import { countOf, durationWords, secondsBetween } from "../words/durations.ts";
import { holdsOutcome, reasonOf } from "./redrive-words.ts";

const MINUTE_MS = 60_000;

/** One dead letter: its reason, its message, and its editor. */
export function LetterItem(props: {
  readonly letter: DeadLetter;
  readonly isChosen: boolean;
  /** Its text as it has been edited. */
  readonly edit: string | undefined;
  readonly onChosen: (isChosen: boolean) => void;
  readonly onEdit: (edit: { text: string; isRight: boolean } | undefined) => void;
}) {
  const { letter, isChosen, edit, onChosen, onEdit } = props;
  const { messageId, pollId, sentAt, receiveCount, body, problems = [] } = letter;
  const { say } = useConsole();
  const now = useNow(MINUTE_MS);
  const isOutcome = holdsOutcome(letter);
  const reason = reasonOf(letter);
  // What the reason or the editor says is not said twice.
  const isSaid = isOutcome || edit !== undefined;
  const others = problems.filter(({ message }) => !isSaid && !reason.includes(message));
  const name = pollId ?? "without a poll id";
  const item = useRef<HTMLLIElement>(null);
  const isEdited = edit !== undefined;
  const wasEdited = useRef(isEdited);
  useEffect(() => {
    if (wasEdited.current === isEdited) return;
    wasEdited.current = isEdited;
    // The button that had the focus is gone: who works by keyboard goes on where it was.
    item.current?.querySelector<HTMLElement>("textarea, .button")?.focus();
  }, [isEdited]);
  const begin = async () => {
    try {
      const address = `/api/dead-letters/${encodeURIComponent(messageId)}`;
      const { text } = await call(textSchema, address);
      onEdit({ text, isRight: problems.length === 0 });
    } catch (error) {
      say(`The message could not be read: ${errorWords(error)}`);
    }
  };
  return (
    <li ref={item} class={isChosen ? "letter is-chosen" : "letter"}>
      <label class="letter-head">
        <input
          type="checkbox"
          checked={isChosen}
          disabled={isOutcome}
          onChange={({ currentTarget }) => onChosen(currentTarget.checked)}
        />
        <span class="id">{name}</span>
      </label>
      <p class="letter-reason">{reason}</p>
      {others.length > 0 && (
        <ul class="letter-problems">
          {others.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== "" && <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">
        sent {durationWords(secondsBetween(sentAt, now))} ago, received{" "}
        {countOf(receiveCount, "time")}
      </p>
      {edit === undefined ? (
        <>
          {body !== undefined && (
            <details>
              <summary>Message</summary>
              <JsonBlock label={`Message of ${name}`} text={body} />
            </details>
          )}
          {isOutcome ? (
            <p>
              It holds an outcome, not a poll message: it stays here until who waits for it has read
              it.
            </p>
          ) : (
            <button type="button" class="button" onClick={begin}>
              Edit<span class="unseen"> the message of {name}</span>
            </button>
          )}
        </>
      ) : (
        <LetterEditor id={messageId} name={name} text={edit} onEdit={onEdit} />
      )}
    </li>
  );
}

function LetterEditor(props: {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly onEdit: (edit: { text: string; isRight: boolean } | undefined) => void;
}) {
  const { id, name, text, onEdit } = props;
  const checked = useChecked(text);
  const [said, setSaid] = useState<string>();
  const isRight = checked !== undefined && checked.problems.length === 0;
  useEffect(() => {
    if (checked === undefined || said === `${checked.text}${isRight}`) return;
    setSaid(`${checked.text}${isRight}`);
    onEdit({ text, isRight });
  }, [checked]);
  return (
    <>
      <Editor
        id={`edit-${id}`}
        label={`Message of ${name}`}
        text={text}
        problemsId={`problems-${id}`}
        isWrong={checked !== undefined && !isRight}
        onText={(changed) => onEdit({ text: changed, isRight: false })}
      />
      <Problems id={`problems-${id}`} checked={checked} />
      <button type="button" class="button" onClick={() => onEdit(undefined)}>
        Leave it as it was
      </button>
    </>
  );
}
