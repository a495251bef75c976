import { type Expression, evaluateWithin } from "../jmespath/bounded-interpreter.ts";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { constant, type KnownValue } from "./known-value.ts";

/** The value of a part that is the same for every response. `undefined`: it depends on the response, or is invalid. */
export function folded(
  node: Extract<Expression, { type: "Function" | "MultiSelectList" }>,
  parts: readonly KnownValue[],
  budget: EvaluationBudget,
): KnownValue | undefined {
  const children: Expression[] = [];
  for (const { constant: value } of parts) {
    if (value === undefined) return undefined;
    children.push({ type: "Literal", value });
  }
  try {
    return constant(evaluateWithin(budget, { ...node, children }, null) ?? null);
  } catch {
    return undefined;
  }
}
