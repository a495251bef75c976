import type { RecordResult } from "../../batch/record-result.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { goOn } from "./again.ts";
import { type Answered, responseOf, type ServerAnswer } from "./answered.ts";
import { end } from "./endings.ts";
import type { Moves } from "./moves.ts";
import { resultBody } from "./next-message.ts";

/** The job has succeeded: its result is in the answer, or is asked for at once. */
export function jobSucceeded(
  { poll, now }: Answered,
  answer: ServerAnswer,
  { kind: _, named: _named, ...details }: Verdict & { kind: "success" },
  { fetch, forbidden }: Moves,
): RecordResult {
  const response = responseOf(answer);
  if (forbidden.fetch)
    return end(poll, { status: "failed", error: forbidden.fetch }, now, response);
  if (fetch === undefined) return end(poll, { status: "succeeded", ...details }, now, response);
  return goOn(poll.caps?.minDelaySeconds ?? 0, resultBody(poll.message, fetch));
}

/** The job has failed: the poll ends. */
export function jobFailed(
  { poll, now }: Answered,
  answer: ServerAnswer,
  { kind: _, named: _named, ...details }: Verdict & { kind: "failure" },
): RecordResult {
  return end(poll, { status: "failed", ...details }, now, responseOf(answer));
}
