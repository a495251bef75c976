import { MAX_STEPS } from "../limits.ts";
import { createEvaluationBudget, type EvaluationBudget } from "./evaluation-budget.ts";

/** The steps that each budget has for itself: hundreds of times more than most expressions take. */
export const OWN_STEPS = 5000;

/** The further steps that all budgets share, first come, first served. They take less than a second of CPU time. */
export const SHARED_STEPS = 1_500_000;

/** The shared steps are spent: the same expression can be evaluated in a later batch. */
export class SharedStepsSpentError extends Error {
  override readonly name = "SharedStepsSpentError";

  /** @param field the expression's field in the message, like `until.success` */
  constructor(field: string = "the expression") {
    super(
      `${field} was cut short: the costly expressions of its batch had spent the ${SHARED_STEPS} steps that they share`,
    );
  }
}

/**
 * Makes step budgets for many evaluations. Each has its own steps, so that a costly evaluation never takes steps from
 * an ordinary one. Further steps come from a shared part.
 *
 * @returns a function that makes the budget of one evaluation
 */
export function createSharedSteps(): () => EvaluationBudget {
  let left = SHARED_STEPS;
  return () => {
    let own = OWN_STEPS;
    return createEvaluationBudget(MAX_STEPS, (steps) => {
      const beyond = Math.max(0, steps - own);
      if (beyond > left) throw new SharedStepsSpentError();
      own -= steps - beyond;
      left -= beyond;
    });
  };
}
