import { digitsOf, exactNumber, numberOf } from "../json/json.ts";
import { type EvaluationBudget, textSteps } from "./evaluation-budget.ts";
import { isExactInteger, negated, summed } from "./exact-integers.ts";

/** Whether a value is a number: a double, or a number that keeps its digits. */
export function isNumber(value: unknown): boolean {
  return numberOf(value) !== undefined;
}

/** Converts a number that keeps its digits to a double; returns any other value unchanged. */
export function asDouble<T>(value: T): T | number {
  return digitsOf(value) === undefined ? value : (numberOf(value) ?? value);
}

/**
 * Compares two numbers exactly, within the budget: a number can have as many digits as the response is long.
 *
 * @returns below 0, 0 or above 0
 */
export function compareWithin(budget: EvaluationBudget, first: unknown, second: unknown): number {
  if (typeof first === "number" && typeof second === "number") return sign(first, second);
  const digits = (value: unknown) => digitsOf(value) ?? String(value);
  budget.spend(COMPARISON_STEPS + textSteps(digits(first).length + digits(second).length));
  return compareNumbers(first, second);
}

/** The steps for comparing two short numbers digit by digit. */
const COMPARISON_STEPS = 16;

/** Compares two numbers by the exact decimal values of their digits. */
export function compareNumbers(first: unknown, second: unknown): number {
  const one = decimalOf(digitsOf(first) ?? String(first));
  const other = decimalOf(digitsOf(second) ?? String(second));
  // A computed number can be infinite, and then has no digits.
  if (one === undefined || other === undefined) {
    return sign(numberOf(first) ?? Number.NaN, numberOf(second) ?? Number.NaN);
  }
  if (one.sign !== other.sign) return one.sign - other.sign;
  const larger = sign(one.magnitude, other.magnitude) || sign(one.coefficient, other.coefficient);
  return larger * one.sign;
}

/**
 * Calls a JMESPath function on numbers that keep their digits, when the library would treat them as objects or compare
 * them as doubles.
 *
 * @param keys the key of each element, for `sort_by`, `max_by` and `min_by`
 * @returns `undefined` when the library can do the call itself
 */
export function callOnNumbers(
  budget: EvaluationBudget,
  name: string,
  args: readonly unknown[],
  keys: readonly unknown[],
): { readonly value: unknown } | undefined {
  const [first, second] = args;
  const compare = (one: unknown, other: unknown) => compareWithin(budget, one, other);
  const isLarger = (one: unknown, other: unknown) => compare(one, other) > 0;
  const isSmaller = (one: unknown, other: unknown) => compare(one, other) < 0;
  const element = (place: number | undefined) =>
    place === undefined || !Array.isArray(first) ? undefined : { value: first[place] };

  const digits = args.length === 1 ? digitsOf(first) : undefined;
  if (digits !== undefined) {
    if (name === "type") return { value: "number" };
    if (name === "abs") return { value: digits.startsWith("-") ? negated(first) : first };
    if ((name === "floor" || name === "ceil") && isExactInteger(first)) return { value: first };
  }
  if (args.length === 1 && name === "to_number") return numberIn(first);
  if (args.length === 2 && name === "contains" && Array.isArray(first) && isNumber(second)) {
    return { value: first.some((each) => isNumber(each) && compare(each, second) === 0) };
  }
  if (args.length === 1 && areNumbers(first)) {
    if (name === "max") return element(best(first, isLarger));
    if (name === "min") return element(best(first, isSmaller));
    if (name === "sort") return { value: first.toSorted(compare) };
    const sum = name === "sum" ? summed(budget, first) : undefined;
    if (sum !== undefined) return { value: sum };
  }
  if (args.length === 2 && Array.isArray(first) && areNumbers(keys)) {
    if (name === "max_by") return element(best(keys, isLarger));
    if (name === "min_by") return element(best(keys, isSmaller));
    if (name === "sort_by") {
      const places = [...keys.keys()].sort((one, other) => compare(keys[one], keys[other]));
      return { value: places.map((place) => first[place]) };
    }
  }
  return undefined;
}

/** Functions that pass values on without reading them. All others get doubles. */
const HAND_ON: ReadonlySet<string> = new Set([
  "contains",
  "from_items",
  "group_by",
  "items",
  "map",
  "max_by",
  "merge",
  "min_by",
  "not_null",
  "reverse",
  "sort_by",
  "to_array",
  "to_string",
  "values",
  "zip",
]);

/** The arguments for a call of the library. Numbers become doubles where the library would treat them as objects. */
export function libraryArguments<T>(name: string, args: readonly T[]): (T | number)[] {
  const handsOnParts = HAND_ON.has(name);
  const isOpaque = name === "to_string" || name === "to_array" || name === "not_null";
  return args.map((arg) => {
    if (Array.isArray(arg)) return handsOnParts ? arg : (arg.map(asDouble) as T);
    return isOpaque ? arg : asDouble(arg);
  });
}

/** `to_number` of a text also keeps the digits. The library makes 0 of a text that is empty or blank. */
function numberIn(value: unknown): { readonly value: unknown } | undefined {
  if (digitsOf(value) !== undefined) return { value };
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (text === "") return { value: null };
  const digits = text.replace(/^\+/, "").replace(/^(-?)0+(?=\d)/, "$1");
  return DECIMAL.test(digits) ? { value: exactNumber(digits) } : undefined;
}

function areNumbers(values: unknown): values is unknown[] {
  return Array.isArray(values) && values.length > 0 && values.every(isNumber);
}

/** The index of the first value that no other value beats. */
function best(values: readonly unknown[], beats: (one: unknown, other: unknown) => boolean) {
  return values.reduce<number>(
    (place, value, other) => (beats(value, values[place]) ? other : place),
    0,
  );
}

/** A decimal number other than 0 is 0.COEFFICIENT times 10 to the power of its magnitude. */
interface Decimal {
  readonly sign: number;
  readonly magnitude: number;
  readonly coefficient: string;
}

const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

function decimalOf(text: string): Decimal | undefined {
  const [match, minus, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  if (match === undefined) return undefined;
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === "0") start++;
  while (end > start && digits[end - 1] === "0") end--;
  if (start === end) return { sign: 0, magnitude: 0, coefficient: "" };
  return {
    sign: minus === "-" ? -1 : 1,
    magnitude: whole.length - start + Number(exponent),
    coefficient: digits.slice(start, end),
  };
}

function sign<T extends number | string>(one: T, other: T): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
