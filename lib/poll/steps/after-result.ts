import { held, type RecordResult } from "../../batch/record-result.ts";
import type { HttpAnswer } from "../../http/http-request.ts";
import { isSuccessful } from "../../http/status.ts";
import { judgeResult } from "../../verdict/judge-result.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { askAgainAfterError, askAgainUnjudged } from "./again.ts";
import {
  type Answered,
  factsOf,
  responseOf,
  type ServerAnswer,
  verdictWithoutResponse,
} from "./answered.ts";
import { end } from "./endings.ts";
import { jobFailed } from "./job-ended.ts";

/**
 * Decides the result of a poll that has succeeded and asked for its result. Neither retries nor a time limit end it.
 * Where the server has the result but it cannot be read, the poll has succeeded: the outcome says where the result is.
 */
export function afterResult(on: Answered, answer: HttpAnswer): RecordResult {
  if (answer.kind === "aborted") return held({ delaySeconds: answer.delaySeconds ?? 0 });
  const { poll, now } = on;
  const response = responseOf(answer);
  const verdict = resultVerdict(on, answer);
  const last = { response, body: poll.message.body };
  switch (verdict.kind) {
    case "success": {
      const { kind: _, named: _named, ...details } = verdict;
      return end(poll, { status: "succeeded", ...details }, now, response);
    }
    case "failure":
      return jobFailed(on, answer, verdict);
    case "transient": {
      const isThere = response !== undefined && isSuccessful(response.status);
      if (isThere && poll.message.errorCount >= poll.message.maxErrors) {
        return end(poll, { status: "succeeded", error: verdict.error }, now, response);
      }
      return askAgainAfterError(on, { ...last, error: verdict.error });
    }
    case "unjudged":
    case "pending":
      return askAgainUnjudged(on, last);
  }
}

/** What the answer means. */
export function resultVerdict({ poll, now, budget }: Answered, answer: ServerAnswer): Verdict {
  const { until } = poll.message;
  switch (answer.kind) {
    case "response":
      return judgeResult(until, answer.response, factsOf(poll, now), undefined, budget);
    case "unreadable":
      return judgeResult(until, answer.response, factsOf(poll, now), answer, budget);
    default:
      return verdictWithoutResponse(answer);
  }
}
