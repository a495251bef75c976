import { describe, expect, it } from "vitest";
import { TooManyStepsError } from "../../../lib/jmespath/evaluation-budget.ts";
import {
  createSharedSteps,
  OWN_STEPS,
  SHARED_STEPS,
  SharedStepsSpentError,
} from "../../../lib/jmespath/shared-steps.ts";
import { MAX_STEPS } from "../../../lib/limits.ts";

describe("steps that evaluations share", () => {
  it("leave each evaluation its own steps, however many others have spent", () => {
    const newBudget = createSharedSteps();
    for (let taken = 0; taken + MAX_STEPS <= SHARED_STEPS; taken += MAX_STEPS - OWN_STEPS) {
      newBudget().spend(MAX_STEPS);
    }
    const costly = newBudget();
    expect(() => {
      for (;;) costly.spend(1000);
    }).toThrow(SharedStepsSpentError);
    const usual = newBudget();
    usual.spend(OWN_STEPS);
    expect(usual.spent).toBe(OWN_STEPS);
    expect(() => usual.spend(MAX_STEPS / 2)).toThrow(SharedStepsSpentError);
  });

  it("end an evaluation by its own limit first, because it is too costly in any batch", () => {
    const budget = createSharedSteps()();
    expect(() => budget.spend(MAX_STEPS + 1)).toThrow(TooManyStepsError);
    budget.spend(MAX_STEPS);
    expect(() => budget.spend(1)).toThrow(TooManyStepsError);
    expect(() => budget.spend(Number.POSITIVE_INFINITY)).toThrow(TooManyStepsError);
  });

  it("start again for each batch", () => {
    for (let batch = 0; batch < 3; batch++) createSharedSteps()().spend(MAX_STEPS);
  });
});
