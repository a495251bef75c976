import type { Expression } from "../jmespath/bounded-interpreter.ts";
import { operands } from "../jmespath/operands.ts";
import { Mistake } from "./mistake-messages.ts";

/**
 * The mistake of comparisons, joined by `||` or `&&`, of one value with several constants: one of
 * `a != 'x' || a != 'y'` always holds, and `a == 'x' && a == 'y'` never holds. `undefined`: none found.
 */
export function mistakeOfJunction(
  node: Expression,
  type: "OrExpression" | "AndExpression",
): Mistake | undefined {
  const isOr = type === "OrExpression";
  const constants = new Map<string, string>();
  for (const operand of operands(node, type)) {
    if (operand.type !== "Comparator" || operand.name !== (isOr ? "NE" : "EQ")) continue;
    const [value, other] =
      operand.left.type === "Literal"
        ? [operand.right, operand.left]
        : [operand.left, operand.right];
    if (other.type !== "Literal") continue;
    const [key, constant] = [JSON.stringify(value), JSON.stringify(other.value)];
    if ((constants.get(key) ?? constant) !== constant) return isOr ? ALWAYS_TRUE : NEVER_TRUE;
    constants.set(key, constant);
  }
  return undefined;
}

const ALWAYS_TRUE = new Mistake(
  "must depend on the response, a != 'x' || a != 'y' is true for every response: did you mean && between?",
);

const NEVER_TRUE = new Mistake(
  "must be able to say yes, a == 'x' && a == 'y' is never true: did you mean || between?",
);
