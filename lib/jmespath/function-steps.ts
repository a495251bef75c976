import { MAX_STEPS } from "../limits.ts";
import { memberSteps, textSteps } from "./evaluation-budget.ts";

/**
 * The most steps that a call of a JMESPath function can take with these arguments. Functions run inside the library,
 * where no steps are counted, and one call can make a gigabyte from two small arguments. For `to_string`, which walks a
 * whole value, only the call itself is counted here.
 *
 * @returns Infinity for an unknown function, because its cost is unknown
 */
export function functionSteps(name: string, args: readonly unknown[]): number {
  const [first, second, third, fourth] = args;
  switch (name) {
    case "join":
      return sizeOf(second) + textSteps(joinedLength(first, second));
    case "pad_left":
    case "pad_right":
      return textSteps(Math.max(lengthOf(first), Number(second) || 0));
    case "replace":
      return fourth === undefined
        ? searchSteps(first, second) + textSteps(pieces(first, second) * lengthOf(third))
        : countedReplaceSteps(args);
    case "split":
      return searchSteps(first, second) + pieces(first, second) / 2;
    case "contains":
    case "find_first":
    case "find_last":
      return searchSteps(first, second);
    case "sort":
      return Array.isArray(first) ? first.length * sortingRounds(first) + sortSteps(first) : 1;
    case "max":
    case "min":
      return comparisons(sizeOf(first)) + 2 * textLength(first);
    case "keys":
    case "values":
    case "items":
    case "merge":
    case "length":
      return total(args, (arg) => memberSteps(keyCount(arg)) + sizeOf(arg));
    default:
      return LINEAR.has(name) ? total(args, (arg) => 2 * sizeOf(arg)) : Number.POSITIVE_INFINITY;
  }
}

/** Functions that read each part of their arguments once or not at all. */
const LINEAR: ReadonlySet<string> = new Set([
  "abs",
  "ceil",
  "floor",
  "sum",
  "avg",
  "to_number",
  "to_string",
  "to_array",
  "type",
  "not_null",
  "lower",
  "upper",
  "trim",
  "trim_left",
  "trim_right",
  "reverse",
  "starts_with",
  "ends_with",
  "from_items",
  "zip",
  // The steps of these functions' expressions are counted by the interpreter.
  "map",
  "max_by",
  "min_by",
  "sort_by",
  "group_by",
]);

/**
 * With a count the library replaces one match after the other, and `$'`, `$&` and the like insert parts of the text.
 */
function countedReplaceSteps([first, second, third, fourth]: readonly unknown[]): number {
  const count = Number(fourth) || 0;
  const hasPattern = typeof third === "string" && third.includes("$");
  if (hasPattern && count > 1) return Number.POSITIVE_INFINITY;
  const grown = lengthOf(first) + lengthOf(third) * (hasPattern ? lengthOf(first) : count);
  return count * (1 + searchSteps(first, second) + textSteps(grown));
}

/** The steps of `sort_by` without its key expressions: each comparison reads both texts code point by code point. */
export function sortSteps(keys: readonly unknown[]): number {
  return textSteps(total(keys, codePoints)) * sortingRounds(keys);
}

/** How many times a sort compares each element. */
function sortingRounds({ length }: readonly unknown[]): number {
  return Math.ceil(Math.log2(length + 1));
}

/** In a long array of code points, each code point costs the engine ten times as much. */
function codePoints(text: unknown): number {
  const length = lengthOf(text);
  return length > 256 ? 10 * length : length;
}

/** Searching a long pattern in a long text can take time in proportion to the product of their lengths. */
function searchSteps(where: unknown, what: unknown): number {
  const isLong = lengthOf(what) > 256;
  return sizeOf(where) + (isLong ? (lengthOf(where) * lengthOf(what)) / 64 : 0);
}

function pieces(text: unknown, separator: unknown): number {
  return lengthOf(text) / Math.max(1, lengthOf(separator)) + 1;
}

/** The number of an array's elements, or the steps for looking at each character of a text. */
function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : lengthOf(value) / 4;
}

function lengthOf(value: unknown): number {
  return typeof value === "string" ? value.length : 0;
}

function textLength(values: unknown): number {
  if (!Array.isArray(values)) return 0;
  return total(values, lengthOf);
}

function joinedLength(separator: unknown, parts: unknown): number {
  return textLength(parts) + lengthOf(separator) * (Array.isArray(parts) ? parts.length : 0);
}

function keyCount(value: unknown): number {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return 0;
  return Object.keys(value).length;
}

/** Adds up, and stops once the sum is more than any budget. */
function total(values: readonly unknown[], of: (value: unknown) => number): number {
  let sum = 0;
  for (const value of values) {
    sum += of(value);
    if (sum > MAX_STEPS) break;
  }
  return sum;
}

function comparisons(count: number): number {
  return count * Math.ceil(Math.log2(count + 1)) * 2;
}
