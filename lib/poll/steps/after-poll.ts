import { held, type RecordResult } from "../../batch/record-result.ts";
import { type HttpAnswer, isSafe, type ResponseHead } from "../../http/http-request.ts";
import { judge, judgeUnread } from "../../verdict/judge.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { askAgain, askAgainAfterError, askAgainUnjudged } from "./again.ts";
import {
  type Answered,
  factsOf,
  responseOf,
  type ServerAnswer,
  verdictWithoutResponse,
} from "./answered.ts";
import { end } from "./endings.ts";
import { jobFailed, jobSucceeded } from "./job-ended.ts";
import { movesOf } from "./moves.ts";
import { pollBody } from "./next-message.ts";

/** Decides the result of a poll whose request asked whether the job is done. */
export function afterPoll(on: Answered, answer: HttpAnswer): RecordResult {
  if (answer.kind === "aborted") return held({ delaySeconds: answer.delaySeconds ?? 0 });
  const { poll, now } = on;
  const verdict = pollVerdict(on, answer);
  const moves = movesOf(poll, answer, verdict);
  if (verdict.kind === "success") return jobSucceeded(on, answer, verdict, moves);
  if (verdict.kind === "failure") return jobFailed(on, answer, verdict);
  const response = responseOf(answer);
  const error = moves.forbidden.next ?? moves.forbidden.fetch;
  if (error !== undefined) return end(poll, { status: "failed", error }, now, response);
  const last = { response, body: pollBody(poll.message, moves) };
  switch (verdict.kind) {
    case "transient":
      return askAgainAfterError(on, { ...last, error: verdict.error });
    case "unjudged":
      return askAgainUnjudged(on, { ...last, error: verdict.error });
    case "pending": {
      const odd = [...(verdict.odd ?? []), ...oddRequest(on, response, verdict)];
      return askAgain(on, { ...last, error: verdict.error, odd });
    }
  }
}

/** What the answer means. */
export function pollVerdict({ poll, now, budget }: Answered, answer: ServerAnswer): Verdict {
  const { until, fetch } = poll.message;
  const course = { canPollOn: true, hasFetch: fetch !== undefined };
  switch (answer.kind) {
    case "response":
      return judge(until, answer.response, factsOf(poll, now), budget, course);
    case "unreadable": {
      const facts = factsOf(poll, now);
      return judgeUnread(until, answer.response, facts, answer, budget, course);
    }
    default:
      return verdictWithoutResponse(answer);
  }
}

/** A request that does not only read, and gets a 202 with a Location, starts a job each time that it is sent. */
function oddRequest(
  { poll }: Answered,
  response: ResponseHead | undefined,
  { named }: Verdict,
): string[] {
  const { request, origin } = poll.message;
  if (isSafe(request.method) || origin !== undefined) return [];
  if (response?.status !== 202 || response.headers.location === undefined) return [];
  if (named?.next !== undefined) return [];
  return [
    `each ${request.method} was answered by 202 with a Location, which starts a job: did you mean start instead of request, with until "http-async"?`,
  ];
}
