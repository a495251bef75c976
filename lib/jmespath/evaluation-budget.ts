import { MAX_STEPS } from "../limits.ts";
/** The expressions take too many steps on this response: a retry cannot help. */
export class TooManyStepsError extends Error {
  override readonly name = "TooManyStepsError";

  /** @param field the expression's field in the message, like `until.success` */
  constructor(field: string = "the expression") {
    super(
      `${field} takes more than ${MAX_STEPS} steps on this response, including the expressions before it: make it simpler`,
    );
  }
}

/** Counts the steps that the expressions take on one response. */
export interface EvaluationBudget {
  /**
   * @throws {TooManyStepsError} when the budget has too few steps left
   * @throws {SharedStepsSpentError} when the shared steps are spent
   */
  spend(steps: number): void;
  /** How many steps were spent. */
  readonly spent: number;
  /** Oddities seen during the evaluation. */
  readonly notes: Set<EvaluationNote>;
}

/**
 * `unordered`: `<`, `<=`, `>` or `>=` got a text and gave null. `compared null`: a path in a comparison gave null.
 * `compared types`: two values of different types were not equal. `compared cases`: two texts were not equal only
 * because of upper and lower case.
 */
export type EvaluationNote = "unordered" | "compared null" | "compared types" | "compared cases";

/**
 * Makes a budget.
 *
 * @param maxSteps how many steps may be spent. `@default` {@link MAX_STEPS}
 * @param share takes steps from a shared budget, and throws when it is spent
 */
export function createEvaluationBudget(
  maxSteps: number = MAX_STEPS,
  share: (steps: number) => void = () => undefined,
): EvaluationBudget {
  let spent = 0;
  return {
    notes: new Set(),
    spend(steps) {
      if (!(spent + steps <= maxSteps)) throw new TooManyStepsError();
      share(steps);
      spent += steps;
    },
    get spent() {
      return spent;
    },
  };
}

/** The steps for reading a whole text. */
export function textSteps(length: number): number {
  return Math.ceil(length / 16);
}

/**
 * Spends the steps for walking a whole value. A value that an expression made may contain one part many times: it is
 * small in memory but can be huge as JSON.
 */
export function spendWalk(budget: EvaluationBudget, value: unknown, stepsPerPart: number): void {
  budget.spend(stepsPerPart + (typeof value === "string" ? textSteps(value.length) / 4 : 0));
  if (typeof value !== "object" || value === null) return;
  const members = Array.isArray(value) ? value : membersWithin(budget, value, stepsPerPart);
  for (const member of members) spendWalk(budget, member, stepsPerPart);
}

/** The steps for listing an object's members. Engines store large objects in a slower form. */
export function memberSteps(count: number): number {
  return count > 1000 ? 4 * count : count;
}

function membersWithin(budget: EvaluationBudget, value: object, stepsPerPart: number): unknown[] {
  const members: unknown[] = Object.values(value);
  budget.spend(members.length > 1000 ? memberSteps(members.length) : stepsPerPart * members.length);
  return members;
}
