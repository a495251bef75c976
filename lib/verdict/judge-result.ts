import type { JSONValue } from "@jmespath-community/jmespath";
import type { HttpResponse, ResponseHead } from "../http/http-request.ts";
import { isSuccessful } from "../http/status.ts";
import { createEvaluationBudget, type EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { pickedForOutcome, withinSteps } from "./evaluate.ts";
import { expressionInput } from "./expression-input.ts";
import type { Acceptors, Until } from "./expressions.ts";
import { judgeByHttpPreset } from "./http-preset.ts";
import type { PollFacts } from "./judge.ts";
import { withReason } from "./reason.ts";
import { alsoUnread, type UnreadBody } from "./unread-body.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judges the answer to the request for the result of a poll that has succeeded: a 2xx is the result, whatever it says.
 * "Come back later" (429, 425, a 202 is none) counts as a transient error, because the request must end some time.
 *
 * @param unread why the body could not be read; a 2xx without it succeeds when asking again cannot help
 */
export function judgeResult(
  until: Until,
  response: ResponseHead & Partial<HttpResponse>,
  facts: PollFacts,
  unread?: UnreadBody,
  budget: EvaluationBudget = createEvaluationBudget(),
): Verdict {
  if (unread !== undefined && isSuccessful(response.status)) {
    return { kind: unread.mayChange ? "transient" : "success", error: unread.error };
  }
  const acceptors: Acceptors = until === "http" ? {} : until;
  const input = expressionInput(response, facts, unread !== undefined);
  const judged = withinSteps(() => verdictOf(acceptors, response, input, budget));
  return unread === undefined ? judged : alsoUnread(judged, unread);
}

function verdictOf(
  acceptors: Acceptors,
  response: ResponseHead,
  facts: JSONValue,
  budget: EvaluationBudget,
): Verdict {
  if (isSuccessful(response.status)) {
    return { kind: "success", ...pickedForOutcome(acceptors.result, facts, budget) };
  }
  const verdict = judgeByHttpPreset(response);
  const error = {
    name: "HttpStatusError",
    message: `the server answered ${response.status} to the request for the result`,
  };
  const kind = verdict.kind === "failure" ? "failure" : "transient";
  return { kind, error: withReason(error, { acceptors, facts, budget }) };
}
