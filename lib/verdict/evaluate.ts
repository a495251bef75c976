import type { JSONValue } from "@jmespath-community/jmespath";
import type { ErrorDescription } from "../http/http-request.ts";
import { type EvaluationBudget, TooManyStepsError } from "../jmespath/evaluation-budget.ts";
import { SharedStepsSpentError } from "../jmespath/shared-steps.ts";
import { messageOf } from "../message-of.ts";
import type { Acceptor } from "./acceptor.ts";
import { UnreadBodyError } from "./unread-body.ts";
import type { Verdict } from "./verdict.ts";

/** The value that an expression gave, or why it could not be evaluated on this response. */
export type Answer = { readonly found: JSONValue } | { readonly error: string };

/**
 * Evaluates an expression that says yes or no.
 *
 * @throws {TooManyStepsError} {SharedStepsSpentError} {UnreadBodyError}
 */
export function ask(acceptor: Acceptor, facts: JSONValue, budget: EvaluationBudget): Answer {
  return answerOf(acceptor, () => acceptor.evaluate(facts, budget));
}

/**
 * Evaluates an expression that picks a value.
 *
 * @throws as {@link ask} does
 */
export function pick(acceptor: Acceptor, facts: JSONValue, budget: EvaluationBudget): Answer {
  return answerOf(acceptor, () => acceptor.pick(facts, budget));
}

function answerOf({ field }: Acceptor, evaluate: () => JSONValue): Answer {
  try {
    return { found: evaluate() };
  } catch (error) {
    if (error instanceof SharedStepsSpentError) throw new SharedStepsSpentError(field);
    if (error instanceof TooManyStepsError) throw new TooManyStepsError(field);
    if (error instanceof UnreadBodyError) throw error;
    return { error: `${field} cannot be evaluated: ${messageOf(error).slice(0, 200)}` };
  }
}

/**
 * Picks a value for the outcome, and says why there is none when that was too costly or not possible: an error here
 * must not change how the poll ended.
 *
 * @throws {SharedStepsSpentError}
 */
export function pickedForOutcome(
  acceptor: Acceptor | undefined,
  facts: JSONValue,
  budget: EvaluationBudget,
): { result?: JSONValue; error?: ErrorDescription } {
  if (acceptor === undefined) return {};
  try {
    const answer = pick(acceptor, facts, budget);
    if ("found" in answer) return { result: answer.found };
    return { result: null, error: { name: "AcceptorError", message: answer.error } };
  } catch (error) {
    if (error instanceof SharedStepsSpentError) throw error;
    return {
      result: null,
      ...(error instanceof TooManyStepsError && { error: described(error) }),
    };
  }
}

/** The verdict when the expressions need more steps than they may take. */
export function withinSteps(judge: () => Verdict): Verdict {
  try {
    return judge();
  } catch (error) {
    if (error instanceof TooManyStepsError) return { kind: "failure", error: described(error) };
    if (error instanceof SharedStepsSpentError)
      return { kind: "unjudged", error: described(error) };
    throw error;
  }
}

function described({ name, message }: Error): ErrorDescription {
  return { name, message };
}
