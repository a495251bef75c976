import { MAX_STEPS } from "../limits.ts";
import { memberSteps, textSteps } from "./evaluation-budget.ts";

/**
 * Steps that a call of a JMESPath function may take at most, its arguments given. Functions run inside the library,
 * where nothing is counted; and one call can make a gigabyte out of two small arguments. What walks a whole value,
 * `to_string`, has only its call in here.
 *
 * @returns Infinity for a function that is not known: what it costs is not either
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

/** Functions that look once at each part of their arguments, or at none. */
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
  // Their expressions are counted visit by visit.
  "map",
  "max_by",
  "min_by",
  "sort_by",
  "group_by",
]);

/** With a count the library replaces once after the other, and takes `$'` and its kin for parts of the text. */
function countedReplaceSteps([first, second, third, fourth]: readonly unknown[]): number {
  const count = Number(fourth) || 0;
  const hasPattern = typeof third === "string" && third.includes("$");
  if (hasPattern && count > 1) return Number.POSITIVE_INFINITY;
  const grown = lengthOf(first) + lengthOf(third) * (hasPattern ? lengthOf(first) : count);
  return count * (1 + searchSteps(first, second) + textSteps(grown));
}

/** What `sort_by` takes beside its visits: the library reads both texts of each comparison code point by code point. */
export function sortSteps(keys: readonly unknown[]): number {
  return textSteps(total(keys, codePoints)) * sortingRounds(keys);
}

/** How often each of so many is compared. */
function sortingRounds({ length }: readonly unknown[]): number {
  return Math.ceil(Math.log2(length + 1));
}

/** An array of many code points costs its engine ten times as much for each. */
function codePoints(text: unknown): number {
  const length = lengthOf(text);
  return length > 256 ? 10 * length : length;
}

/** Long patterns in long texts: an engine's search may come to their product. */
function searchSteps(where: unknown, what: unknown): number {
  const isLong = lengthOf(what) > 256;
  return sizeOf(where) + (isLong ? (lengthOf(where) * lengthOf(what)) / 64 : 0);
}

function pieces(text: unknown, separator: unknown): number {
  return lengthOf(text) / Math.max(1, lengthOf(separator)) + 1;
}

/** Elements of an array, or the steps that a text's characters take where each is looked at. */
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

/** More than all steps is enough to know. */
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
