import { type Expression, evaluateWithin } from "../jmespath/bounded-interpreter.ts";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { constant, type KnownValue } from "./known-value.ts";

/** The value of a part that does not read the response. `undefined` when it reads it, or cannot be evaluated. */
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
