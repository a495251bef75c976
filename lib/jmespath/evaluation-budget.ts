import { MAX_STEPS } from "../limits.ts";
/** The expressions take more steps on this response than they may: asking again would not help. */
export class TooManyStepsError extends Error {
  override readonly name = "TooManyStepsError";

  /** @param field the expression's place in its message */
  constructor(field: string = "the expression") {
    super(
      `${field} takes more than ${MAX_STEPS} steps on this response, those before it included: narrow it down`,
    );
  }
}

/** What is left of the steps for one response. */
export interface EvaluationBudget {
  /**
   * @throws {TooManyStepsError} when no more are left
   * @throws {SharedStepsSpentError} when none are left of those that it shares
   */
  spend(steps: number): void;
  /** How many were spent. */
  readonly spent: number;
  /** What was odd on the way. */
  readonly notes: Set<EvaluationNote>;
}

/** `<` or its kin met what is no number, and gave null; `==` met a null that the expression did not write. */
export type EvaluationNote = "unordered" | "compared null";

/**
 * @param maxSteps how many steps may be spent. `@default` {@link MAX_STEPS}
 * @param share takes steps of those that are shared with others, and throws where there are none left
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
