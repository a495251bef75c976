import type { Expression } from "./bounded-interpreter.ts";

/** The operands of an expression that `&&` or `||` joins: `a || b || c` has three. */
export function operands(node: Expression, type: "OrExpression" | "AndExpression"): Expression[] {
  return node.type === type
    ? [...operands(node.left, type), ...operands(node.right, type)]
    : [node];
}
