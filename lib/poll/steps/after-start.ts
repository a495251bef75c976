import { type Completed, pending, type RecordResult } from "../../batch/record-result.ts";
import { type HttpAnswer, isSafe } from "../../http/http-request.ts";
import { judge, judgeUnread } from "../../verdict/judge.ts";
import type { FailureDescription, Verdict } from "../../verdict/verdict.ts";
import type { Poll } from "../poll.ts";
import { askAgain, askAgainAfterError } from "./again.ts";
import {
  type Answered,
  factsOf,
  responseOf,
  type ServerAnswer,
  verdictWithoutResponse,
} from "./answered.ts";
import { end, type Seen } from "./endings.ts";
import { jobFailed, jobSucceeded } from "./job-ended.ts";
import { movesOf } from "./moves.ts";
import { pollBody } from "./next-message.ts";
import { hasProcessedNothing, wasNeverSent } from "./not-processed.ts";

/**
 * Decides the result of a poll whose request was to start the job. Unless the start is idempotent, it is sent again
 * only when it is known that it has started nothing.
 */
export function afterStart(on: Answered, answer: HttpAnswer): RecordResult {
  const { poll, now } = on;
  const { message } = poll;
  // Not sent: the start is requeued as it is.
  if (answer.kind === "aborted") {
    return {
      ...pending({ delaySeconds: answer.delaySeconds ?? 0, body: message.body }),
      usesNoRetry: true,
    };
  }
  const response = responseOf(answer);
  const again = { response, body: message.body };
  const verdict = startVerdict(on, answer);
  const moves = movesOf(poll, answer, verdict);
  switch (verdict.kind) {
    case "success":
      return jobSucceeded(on, answer, verdict, moves);
    case "failure":
      return jobFailed(on, answer, verdict);
    case "transient":
      return message.isIdempotent || wasNeverSent(answer)
        ? askAgainAfterError(on, { ...again, error: verdict.error })
        : startUnknown(poll, now, verdict.error, response);
    case "unjudged":
      return answer.kind === "unfinished" || message.isIdempotent
        ? askAgain(on, { ...again, error: verdict.error })
        : startUnknown(poll, now, verdict.error, response);
    case "pending": {
      if (response === undefined || hasProcessedNothing(response)) return askAgain(on, again);
      const error = moves.forbidden.next ?? moves.forbidden.fetch;
      if (error !== undefined) return end(poll, { status: "failed", error }, now, response);
      if (moves.next === undefined && !isSafe(message.request.method)) {
        return end(poll, { status: "failed", error: NOTHING_TO_POLL }, now, response);
      }
      const body = pollBody(message, moves);
      return askAgain(on, { ...verdict, response, body });
    }
  }
}

/**
 * Ends a poll whose start may have been made, and must not be made again.
 *
 * @param cause why nobody knows. `@default` an earlier invocation sent it, and did not keep its answer
 */
export function startUnknown(
  poll: Poll,
  now: number,
  cause: FailureDescription = { name: "", message: "an earlier try did not end" },
  response?: Seen,
): Completed {
  const { message, reason } = cause;
  const error = {
    name: "StartUnknownError",
    message: `${message}; the job may have been started, so it is not started again`,
    ...(reason === undefined ? {} : { reason }),
  };
  return end(poll, { status: "failed", error }, now, response);
}

const NOTHING_TO_POLL = {
  name: "NothingToPollError",
  message:
    "until.pending matched, but the answer to the start names nothing to poll: add until.next",
};

/** What the answer means. */
export function startVerdict({ poll, now, budget }: Answered, answer: ServerAnswer): Verdict {
  const { until, request, isIdempotent } = poll.message;
  // A job that a GET has started is polled by the same GET, unless its answer names another URL.
  const course = { canPollOn: isSafe(request.method), hasFetch: false };
  switch (answer.kind) {
    case "response":
      return judge(until, answer.response, factsOf(poll, now), budget, course);
    case "transient":
      if (answer.response === undefined || isIdempotent) return verdictWithoutResponse(answer);
      // The server has answered: its status and headers may say all that is needed.
      return judgeUnread(
        until,
        answer.response,
        factsOf(poll, now),
        { error: answer.error, mayChange: false },
        budget,
        course,
      );
    case "unreadable": {
      const { error, mayChange } = answer;
      const unread = { error, mayChange: mayChange && isIdempotent };
      return judgeUnread(until, answer.response, factsOf(poll, now), unread, budget, course);
    }
    default:
      return verdictWithoutResponse(answer);
  }
}
