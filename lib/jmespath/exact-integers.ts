import { digitsOf, exactNumber } from "../json/json.ts";
import type { EvaluationBudget } from "./evaluation-budget.ts";

/** The steps for one operation on integers of {@link MAX_DIGITS} digits. */
const STEPS = 16;

/** Longer integers are computed as doubles: the time for a product grows with the square of its length. */
const MAX_DIGITS = 200;

const INTEGER = new RegExp(`^-?\\d{1,${MAX_DIGITS}}$`);

/** The integer operations, by the library's names of its operators. */
const OPERATIONS: Readonly<Record<string, (one: bigint, other: bigint) => bigint | undefined>> = {
  Plus: (one, other) => one + other,
  Minus: (one, other) => one - other,
  Multiply: (one, other) => one * other,
  Star: (one, other) => one * other,
  Modulo: (one, other) => (other === 0n ? undefined : one % other),
  Div: (one, other) => (other === 0n ? undefined : floorOf(one, other)),
};

/**
 * Computes with integers that a double cannot hold, like ids of 18 digits.
 *
 * @returns the exact result; `undefined` when doubles are exact, or an operand is no integer
 */
export function calculated(
  budget: EvaluationBudget,
  operator: string,
  left: unknown,
  right: unknown,
): unknown {
  if (areSmall(left, right)) return undefined;
  const [one, other] = [integerOf(left), integerOf(right)];
  if (one === undefined || other === undefined) return undefined;
  budget.spend(STEPS);
  const result = OPERATIONS[operator]?.(one, other);
  return result === undefined ? undefined : exactNumber(String(result));
}

/** The sum of integers, as {@link calculated}. */
export function summed(budget: EvaluationBudget, values: readonly unknown[]): unknown {
  return values.reduce((sum, value) => {
    if (typeof sum === "number" && typeof value === "number" && areSmall(sum, value)) {
      return sum + value;
    }
    return sum === undefined ? undefined : calculated(budget, "Plus", sum, value);
  }, 0);
}

/** The same number with the other sign; `undefined`: doubles are exact. */
export function negated(value: unknown): unknown {
  const digits = digitsOf(value);
  if (digits === undefined) return undefined;
  return exactNumber(digits.startsWith("-") ? digits.slice(1) : `-${digits}`);
}

/** Whether a number that keeps its digits is an integer. */
export function isExactInteger(value: unknown): boolean {
  return INTEGER.test(digitsOf(value) ?? "");
}

function areSmall(left: unknown, right: unknown): boolean {
  if (typeof left !== "number" || typeof right !== "number") return false;
  return (
    Number.isSafeInteger(left * right) && Number.isSafeInteger(Math.abs(left) + Math.abs(right))
  );
}

function integerOf(value: unknown): bigint | undefined {
  const digits = digitsOf(value) ?? (typeof value === "number" ? String(value) : "");
  return INTEGER.test(digits) ? BigInt(digits) : undefined;
}

function floorOf(one: bigint, other: bigint): bigint {
  const quotient = one / other;
  return one % other !== 0n && one < 0n !== other < 0n ? quotient - 1n : quotient;
}
