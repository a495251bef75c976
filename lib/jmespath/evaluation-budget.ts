/**
 * How many steps one expression may take on one response. A step is a visit of the tree, an element touched or
 * about 16 characters read, some 50 ns: an expression at its limit has taken under 50 ms.
 */
export const MAX_STEPS = 250_000;

/** An expression takes more steps on this response than it may: asking again would not help. */
export class TooManyStepsError extends Error {
  override readonly name = "TooManyStepsError";

  /** @param field the expression's place in its message */
  constructor(field: string = "the expression") {
    super(`${field} takes more than ${MAX_STEPS} steps on this response: narrow it down`);
  }
}

/** What is left of one evaluation's steps. */
export interface EvaluationBudget {
  /** @throws {TooManyStepsError} when no more are left */
  spend(steps: number): void;
}

/** @param maxSteps how many steps may be spent. `@default` {@link MAX_STEPS} */
export function createEvaluationBudget(maxSteps: number = MAX_STEPS): EvaluationBudget {
  let left = maxSteps;
  return {
    spend(steps) {
      left -= steps;
      if (!(left >= 0)) throw new TooManyStepsError();
    },
  };
}

/** Steps for reading a text from its beginning to its end. */
export function textSteps(length: number): number {
  return Math.ceil(length / 16);
}

/**
 * Spends what walking a whole value takes. A value that an expression made may hold one part many times over: what
 * is small in memory can be endless as JSON.
 */
export function spendWalk(budget: EvaluationBudget, value: unknown, stepsPerPart: number): void {
  budget.spend(stepsPerPart + (typeof value === "string" ? textSteps(value.length) / 4 : 0));
  if (typeof value !== "object" || value === null) return;
  const members = Array.isArray(value) ? value : membersWithin(budget, value, stepsPerPart);
  for (const member of members) spendWalk(budget, member, stepsPerPart);
}

/** Steps for listing an object's members: engines keep those of many in a slower way. */
export function memberSteps(count: number): number {
  return count > 1000 ? 4 * count : count;
}

function membersWithin(budget: EvaluationBudget, value: object, stepsPerPart: number): unknown[] {
  const members: unknown[] = Object.values(value);
  budget.spend(members.length > 1000 ? memberSteps(members.length) : stepsPerPart * members.length);
  return members;
}
