import { type EvaluationBudget, memberSteps, textSteps } from "./evaluation-budget.ts";
import { compareWithin, isNumber } from "./exact-numbers.ts";

/** Whether two JSON values are equal, within the budget. Numbers are compared by their exact decimal values. */
export function equalWithin(budget: EvaluationBudget, first: unknown, second: unknown): boolean {
  budget.spend(1);
  if (first === second) return true;
  if (typeof first === "string" && typeof second === "string") {
    budget.spend(textSteps(Math.min(first.length, second.length)));
    return false;
  }
  if (isNumber(first) || isNumber(second)) {
    return isNumber(first) && isNumber(second) && compareWithin(budget, first, second) === 0;
  }
  if (typeof first !== "object" || typeof second !== "object") return false;
  if (first === null || second === null) return false;
  if (Array.isArray(first) || Array.isArray(second)) {
    return (
      Array.isArray(first) &&
      Array.isArray(second) &&
      first.length === second.length &&
      first.every((element, index) => equalWithin(budget, element, second[index]))
    );
  }
  const others = new Map(Object.entries(second));
  budget.spend(memberSteps(others.size));
  const members = Object.entries(first);
  budget.spend(memberSteps(members.length));
  return (
    members.length === others.size &&
    members.every(([name, member]) => {
      return others.has(name) && equalWithin(budget, member, others.get(name));
    })
  );
}
