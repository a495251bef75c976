import type { Expression } from "../jmespath/bounded-interpreter.ts";
import { operands } from "../jmespath/operands.ts";
import type { VerdictPlace } from "./constant-mistakes.ts";
import { ANYTHING, type KnownValue } from "./known-value.ts";
import { Mistake } from "./mistake-messages.ts";

type JunctionType = "OrExpression" | "AndExpression";

/**
 * Checks operands that `||` or `&&` joins. Each is looked at once, and the chain as a whole: twice per level would take
 * twice as long with each level.
 *
 * @throws {Mistake} when the operands contradict each other, or `lookAt` throws it
 */
export function junction(
  node: Expression,
  type: JunctionType,
  lookAt: (operand: Expression, place: VerdictPlace, nth: number) => void,
): KnownValue {
  const joined = operands(node, type);
  refuseContradiction(joined, type);
  const place = type === "OrExpression" ? "or" : "and";
  for (const [nth, operand] of joined.entries()) lookAt(operand, place, nth);
  return ANYTHING;
}

/**
 * Refuses comparisons of one value with several constants: one of `a != 'x' || a != 'y'` always holds, and
 * `a == 'x' && a == 'y'` never holds.
 */
function refuseContradiction(joined: readonly Expression[], type: JunctionType): void {
  const isOr = type === "OrExpression";
  const constants = new Map<string, string>();
  for (const operand of joined) {
    if (operand.type !== "Comparator" || operand.name !== (isOr ? "NE" : "EQ")) continue;
    const [value, other] =
      operand.left.type === "Literal"
        ? [operand.right, operand.left]
        : [operand.left, operand.right];
    if (other.type !== "Literal") continue;
    const [key, constant] = [JSON.stringify(value), JSON.stringify(other.value)];
    if ((constants.get(key) ?? constant) !== constant) throw isOr ? ALWAYS_TRUE : NEVER_TRUE;
    constants.set(key, constant);
  }
}

const ALWAYS_TRUE = new Mistake(
  "must depend on the response, a != 'x' || a != 'y' is true for every response: did you mean && between?",
);

const NEVER_TRUE = new Mistake(
  "must be able to say yes, a == 'x' && a == 'y' is never true: did you mean || between?",
);
