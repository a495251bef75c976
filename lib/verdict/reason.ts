import type { JSONValue } from "@jmespath-community/jmespath";
import type { ErrorDescription } from "../http/http-request.ts";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { pickedForOutcome } from "./evaluate.ts";
import type { Acceptors } from "./expressions.ts";
import type { FailureDescription } from "./verdict.ts";

/** A response and the expressions that it is judged by. */
interface Judged {
  readonly acceptors: Acceptors;
  readonly facts: JSONValue;
  readonly budget: EvaluationBudget;
}

/** Adds what the API says of a failure, if `until.error` finds something. */
export function withReason(
  error: ErrorDescription,
  { acceptors, facts, budget }: Judged,
): FailureDescription {
  const { result } = pickedForOutcome(acceptors.error, facts, budget);
  return result === undefined || result === null || result === ""
    ? error
    : { ...error, reason: result };
}
