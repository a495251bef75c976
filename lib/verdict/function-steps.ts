import { MAX_STEPS, memberSteps, textSteps } from "./evaluation-budget.ts";

/**
 * Steps that a call of a JMESPath function may take at most, its arguments given. Functions run inside the library,
 * where nothing is counted; and one call can make a gigabyte out of two small arguments. What walks a whole value,
 * `to_string`, is not in here.
 */
export function functionSteps(name: string, args: readonly unknown[]): number {
  const [first, second, third] = args;
  switch (name) {
    case "join":
      return sizeOf(second) + textSteps(joinedLength(first, second));
    case "pad_left":
    case "pad_right":
      return textSteps(Math.max(lengthOf(first), Number(second) || 0));
    case "replace": {
      const matches = lengthOf(first) / Math.max(1, lengthOf(second)) + 1;
      return searchSteps(first, second) + textSteps(matches * lengthOf(third));
    }
    case "split":
      return searchSteps(first, second) + lengthOf(first) / Math.max(1, lengthOf(second)) / 2;
    case "contains":
    case "find_first":
    case "find_last":
      return searchSteps(first, second);
    case "sort":
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
      return total(args, (arg) => 2 * sizeOf(arg));
  }
}

/** What `sort_by` takes beside its visits: it compares its keys code point by code point. */
export function sortSteps(keys: readonly unknown[]): number {
  return comparisons(keys.length) + textLength(keys) * Math.log2(keys.length + 1);
}

/** Long patterns in long texts: an engine's search may come to their product. */
function searchSteps(where: unknown, what: unknown): number {
  const isLong = lengthOf(what) > 256;
  return sizeOf(where) + (isLong ? (lengthOf(where) * lengthOf(what)) / 64 : 0);
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
