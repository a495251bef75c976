import { useState } from "preact/hooks";
import type * as z from "zod/mini";
import { call, errorWords } from "../api/call.ts";
import { cancelledSchema, nudgedSchema, type Poll, textSchema } from "../api/schemas.ts";
import { useConsole } from "../hooks/use-console.ts";
import { Confirm } from "../parts/confirm.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { stateWords } from "../words/states.ts";

/** What can be done with a poll. */
export function PollActions(props: {
  readonly poll: Poll;
  readonly hasMessage: boolean;
  readonly onChanged: () => void;
}) {
  const { poll, hasMessage, onChanged } = props;
  const { say, stack } = useConsole();
  const [isAsking, setIsAsking] = useState(false);
  const address = `/api/polls/${encodeURIComponent(poll.pollId)}`;
  const cancel = async () => {
    try {
      const { state, cancelled } = await call(cancelledSchema, `${address}/cancel`, { body: {} });
      say(
        cancelled
          ? "Cancelled: its outcome is delivered when its message comes next."
          : `Not cancelled: it has already ${stateWords(state).word}.`,
      );
      onChanged();
    } catch (error) {
      say(`Not cancelled: ${errorWords(error)}`);
    }
  };
  const nudge = async () => {
    try {
      const result = await call(nudgedSchema, `${address}/nudge`, { body: {} });
      say(nudgedWords(result));
      onChanged();
    } catch (error) {
      say(`Not asked: ${errorWords(error)}`);
    }
  };
  const read = async (what: "message" | "curl") =>
    (await call(textSchema, `${address}/${what}`)).text;
  return (
    <div class="buttons">
      {!stateWords(poll.state).isEnded && (
        <>
          <button type="button" class="button" onClick={nudge}>
            {stack?.isLocal === false ? "Ask within 15 minutes" : "Ask now"}
          </button>
          <button type="button" class="button" onClick={() => setIsAsking(true)}>
            Cancel this poll
          </button>
        </>
      )}
      {hasMessage && (
        <>
          <CopyButton
            words="Copy as message"
            said="The message is copied, with all its values: also those that are hidden here."
            read={() => read("message")}
          />
          <CopyButton
            words="Copy as curl"
            said="The request is copied as a curl command, with all its values; a secret that the message names is not in it."
            read={() => read("curl")}
          />
        </>
      )}
      {isAsking && (
        <Confirm
          title="Cancel this poll?"
          yes="Cancel the poll"
          onYes={cancel}
          onClose={() => setIsAsking(false)}
        >
          <p>
            <span class="id">{poll.pollId}</span> ends with the outcome <code>cancelled</code>. It
            is not asked again. This cannot be undone; the same message can be submitted anew.
          </p>
        </Confirm>
      )}
    </div>
  );
}

function nudgedWords(result: z.infer<typeof nudgedSchema>): string {
  if (!result.nudged) return `Not asked: it has already ${stateWords(result.state).word}.`;
  return result.withinSeconds === 0
    ? "It is asked now."
    : `It is asked within ${result.withinSeconds / 60} minutes, or when it is due, if that is sooner.`;
}
