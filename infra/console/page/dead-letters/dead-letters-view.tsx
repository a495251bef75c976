import { useRef, useState } from "preact/hooks";
import { call, errorWords } from "../api/call.ts";
import { type DeadLetter, deadLettersSchema, redrivenSchema } from "../api/schemas.ts";
import { useConsole } from "../hooks/use-console.ts";
import { useResource } from "../hooks/use-resource.ts";
import { Confirm } from "../parts/confirm.tsx";
import { countOf } from "../words/durations.ts";
import { LetterItem } from "./letter-item.tsx";
import { holdsOutcome, planRedrive, reasonOf, reasonsOf } from "./redrive-words.ts";

/** An edited message, and whether the poller would take it. */
interface Edit {
  readonly text: string;
  readonly isRight: boolean;
}

/** The messages that could not be processed: why, and the way back. */
export function DeadLettersView() {
  const { epoch, say } = useConsole();
  const { data, error, reload } = useResource(
    (signal) => call(deadLettersSchema, "/api/dead-letters", { signal }),
    [epoch],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [edits, setEdits] = useState<ReadonlyMap<string, Edit>>(new Map());
  const [isAsking, setIsAsking] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const letters = data?.letters ?? [];
  const broken = new Set([...edits].filter(([, { isRight }]) => !isRight).map(([id]) => id));
  const texts = new Map([...edits].map(([id, { text }]) => [id, text]));
  const plan = planRedrive(letters, chosen, texts, broken);

  const choose = (ids: readonly string[], isChosen: boolean) =>
    setChosen((before) => {
      const after = new Set(before);
      for (const id of ids)
        if (isChosen) after.add(id);
        else after.delete(id);
      return after;
    });
  const edit = (id: string, changed: Edit | undefined) => {
    setEdits((before) => {
      const after = new Map(before);
      if (changed === undefined) after.delete(id);
      else after.set(id, changed);
      return after;
    });
    if (changed !== undefined) choose([id], true);
  };
  const redrive = async () => {
    const { ids } = plan;
    const sent = Object.fromEntries([...texts].filter(([id]) => ids.includes(id)));
    try {
      const { moved } = await call(redrivenSchema, "/api/dead-letters/redrive", {
        body: { ids, edits: sent },
      });
      say(`${countOf(moved, "message")} went back to the poll queue.`);
      setChosen(new Set());
      setEdits((before) => new Map([...before].filter(([id]) => !ids.includes(id))));
      heading.current?.focus();
    } catch (cause) {
      say(`Not redriven: ${errorWords(cause)}`);
    }
    reload();
  };
  const hasBroken = plan.ids.some((id) => broken.has(id));
  return (
    <section class="panel" aria-labelledby="dead-letters">
      <div class="title">
        <h1 ref={heading} id="dead-letters" tabIndex={-1}>
          Dead letters
        </h1>
        <button type="button" class="button" onClick={reload}>
          Read again
        </button>
      </div>
      <p class="quiet">
        Messages that could not be processed. Mend what was wrong, then redrive them: they go back
        to the poll queue.
      </p>
      {error !== undefined && <p class="error">{error}</p>}
      {data !== undefined && letters.length === 0 && (
        <p class="quiet empty">There are no dead letters.</p>
      )}
      {data?.isPartial && <p>Only the first {letters.length} are shown.</p>}
      {letters.length > 1 && <Reasons letters={letters} chosen={chosen} onChoose={choose} />}
      <ul class="letters">
        {letters.map((letter) => (
          <LetterItem
            key={letter.messageId}
            letter={letter}
            isChosen={chosen.has(letter.messageId)}
            edit={edits.get(letter.messageId)?.text}
            onChosen={(isChosen) => choose([letter.messageId], isChosen)}
            onEdit={(changed) => edit(letter.messageId, changed)}
          />
        ))}
      </ul>
      {letters.length > 0 && (
        <div class="redrive">
          <p>
            {plan.ids.length === 0 ? "Nothing is selected." : `${plan.ids.length} selected.`}
            {hasBroken && " An edited message is still wrong."}
          </p>
          <button
            type="button"
            class="button is-main"
            disabled={plan.ids.length === 0 || hasBroken}
            onClick={() => setIsAsking(true)}
          >
            Redrive…
          </button>
        </div>
      )}
      {isAsking && (
        <Confirm
          title={`Redrive ${countOf(plan.ids.length, "message")}?`}
          yes="Redrive"
          onYes={redrive}
          onClose={() => setIsAsking(false)}
        >
          {plan.sentences.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Confirm>
      )}
    </section>
  );
}

function Reasons(props: {
  readonly letters: readonly DeadLetter[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: readonly string[], isChosen: boolean) => void;
}) {
  const { letters, chosen, onChoose } = props;
  const pollable = letters.filter((letter) => !holdsOutcome(letter));
  const groups = [
    { reason: "all", ids: pollable.map(({ messageId }) => messageId) },
    ...reasonsOf(pollable).map(({ reason }) => ({
      reason,
      ids: pollable.filter((one) => reasonOf(one) === reason).map(({ messageId }) => messageId),
    })),
  ];
  return (
    <fieldset class="reasons">
      <legend>Select by reason</legend>
      {groups.map(({ reason, ids }) => (
        <label key={reason}>
          <input
            type="checkbox"
            checked={ids.every((id) => chosen.has(id))}
            onChange={({ currentTarget }) => onChoose(ids, currentTarget.checked)}
          />
          <span>
            {reason} <span class="quiet">{ids.length}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
