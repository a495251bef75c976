import { MAX_STEPS } from "../limits.ts";
import { createEvaluationBudget, type EvaluationBudget } from "./evaluation-budget.ts";

/** What each budget has for itself: hundreds of times what most expressions take. */
export const OWN_STEPS = 5000;

/** What all budgets have together beyond that, first come, first served: under a second of CPU. */
export const SHARED_STEPS = 1_500_000;

/** Others have spent the steps that are shared: the same expression can be evaluated another time. */
export class SharedStepsSpentError extends Error {
  override readonly name = "SharedStepsSpentError";

  /** @param field the expression's place in its message */
  constructor(field: string = "the expression") {
    super(
      `${field} was cut short: the costly expressions of its batch had spent the ${SHARED_STEPS} steps that they share`,
    );
  }
}

/**
 * Steps for many evaluations that run one after the other. Each has some for itself, so that a costly one never takes
 * from one of usual cost; what more it needs comes out of what all share.
 *
 * @returns makes the budget of one more of them
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
