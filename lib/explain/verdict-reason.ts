import { isSuccessful } from "../http/status.ts";
import type { Poll } from "../poll/poll.ts";
import { responseOf, type ServerAnswer } from "../poll/steps/answered.ts";
import type { Verdict } from "../verdict/verdict.ts";

/**
 * Why an answer means what it does, in plain words.
 *
 * @param field the field of the expression that decided; `undefined`: none did
 */
export function verdictReason(
  poll: Poll,
  answer: ServerAnswer,
  verdict: Verdict,
  field: string | undefined,
): string {
  const rule = field === undefined ? ruleOf(poll, answer, verdict) : `${field} matched`;
  const error = verdict.error?.message;
  return error === undefined || error === rule ? rule : `${rule}: ${error}`;
}

/** The rule that holds where no expression matches. */
function ruleOf({ message }: Poll, answer: ServerAnswer, verdict: Verdict): string {
  const response = responseOf(answer);
  if (response === undefined) return "there is no answer to judge";
  const { status } = response;
  const isDone = isSuccessful(status);
  if (message.step === "result") {
    return isDone ? "a 2xx is the result" : `there is no result: the status ${status} decides`;
  }
  const { until } = message;
  if (until === "http" || until.success === undefined) {
    return `the status ${status} decides`;
  }
  if (!isDone) return `no expression matched: the status ${status} decides`;
  if (verdict.kind === "success") {
    return "no expression matched, and the answer names nothing to poll: the job is done";
  }
  if (verdict.kind === "pending") return "no expression matched: a 2xx is then pending";
  return "no expression could decide";
}
