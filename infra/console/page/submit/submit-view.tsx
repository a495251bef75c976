import { useState } from "preact/hooks";
import { call, errorWords } from "../api/call.ts";
import { type Explanation, explanationSchema, submittedSchema } from "../api/schemas.ts";
import { useChecked } from "../hooks/use-checked.ts";
import { useConsole } from "../hooks/use-console.ts";
import { pollAddress } from "../hooks/use-route.ts";
import { Editor } from "../parts/editor.tsx";
import { Problems } from "../parts/problems.tsx";
import { ExplanationView } from "./explanation-view.tsx";
import { NEW_MESSAGE, startsJob } from "./message-fields.ts";
import { MessageForm } from "./message-form.tsx";

/** What was found, and the texts that it holds for. */
interface Tried {
  readonly text: string;
  readonly answer: string;
  readonly explanation: Explanation;
}

/** Writes a message, tries it, and submits it. */
export function SubmitView(props: {
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  const { text, onText } = props;
  const { stack, say } = useConsole();
  const checked = useChecked(text);
  const [busy, setBusy] = useState<"" | "submit" | "try">("");
  const [error, setError] = useState<string>();
  const [mayStart, setMayStart] = useState(false);
  const [answer, setAnswer] = useState("");
  const [submitted, setSubmitted] = useState<string>();
  const [tried, setTried] = useState<Tried>();
  const isRight = checked !== undefined && checked.problems.length === 0;
  const isUntouched = text === NEW_MESSAGE;

  const run = async (name: "submit" | "try", action: () => Promise<void>) => {
    // A disabled button would lose the focus of who works by keyboard.
    if (busy !== "") return;
    setBusy(name);
    setError(undefined);
    try {
      await action();
    } catch (cause) {
      setError(errorWords(cause));
    }
    setBusy("");
  };
  const submit = () =>
    run("submit", async () => {
      const { pollId } = await call(submittedSchema, "/api/submit", { body: { message: text } });
      setSubmitted(pollId);
      say(`Submitted: ${pollId}`);
    });
  const tryIt = () =>
    run("try", async () => {
      setTried(undefined);
      const body = { message: text, mayStart, ...(answer !== "" && { answer }) };
      setTried({ text, answer, explanation: await call(explanationSchema, "/api/try", { body }) });
    });
  return (
    <section class="panel" aria-labelledby="submit">
      <h1 id="submit">Submit a poll</h1>
      <p class="quiet">
        Fill in the form, or write the message: both change the same text. “Try it” asks once and
        explains what the poller would do; no poll begins.
      </p>
      <div class="submit">
        <MessageForm text={text} onText={onText} presets={stack?.presets ?? []} />
        <div>
          <Editor
            id="message-text"
            label="Message"
            text={text}
            problemsId="message-problems"
            isWrong={checked !== undefined && !isRight && !isUntouched}
            onText={onText}
          />
          {!isUntouched && <Problems id="message-problems" checked={checked} />}
          <details class="recorded">
            <summary>Try it on an answer that you have</summary>
            <div class="field">
              <label for="recorded-answer">
                Recorded answer: its body, or what curl -i printed
              </label>
              <textarea
                id="recorded-answer"
                class="editor"
                rows={6}
                spellcheck={false}
                value={answer}
                onInput={({ currentTarget }) => setAnswer(currentTarget.value)}
              />
              <p class="quiet">With an answer here, “Try it” asks nobody.</p>
            </div>
          </details>
          {startsJob(text) && answer === "" && (
            <label class="may-start">
              <input
                type="checkbox"
                checked={mayStart}
                onChange={({ currentTarget }) => setMayStart(currentTarget.checked)}
              />
              <span>“Try it” may start the job: each time that it is asked, a job begins.</span>
            </label>
          )}
          <div class="buttons">
            <button type="button" class="button" disabled={!isRight} onClick={tryIt}>
              {tryWords(busy === "try", answer !== "")}
            </button>
            <button type="button" class="button is-main" disabled={!isRight} onClick={submit}>
              {busy === "submit" ? "Submitting…" : "Submit"}
            </button>
          </div>
          {error !== undefined && (
            <p class="error" role="alert">
              {error}
            </p>
          )}
          {submitted !== undefined && (
            <p class="done">
              Submitted:{" "}
              <a class="id" href={pollAddress(submitted)}>
                {submitted}
              </a>
            </p>
          )}
          {tried?.text === text && tried.answer === answer && (
            <ExplanationView explanation={tried.explanation} />
          )}
        </div>
      </div>
    </section>
  );
}

function tryWords(isBusy: boolean, isRecorded: boolean): string {
  if (isBusy) return "Asking…";
  return isRecorded ? "Try it on this answer" : "Try it: ask once";
}
