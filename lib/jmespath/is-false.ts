/** Listing the members of a large object takes a millisecond or longer, each time. */
const LARGE = 16;

/** Large objects, which are not empty. */
const notEmpty = new WeakSet<object>();

/**
 * Whether JMESPath calls a value false: null, false, and empty texts, lists and objects (JMESPath specification, "Or
 * Expressions"). The library lists all members of an object each time that it asks this, and counts no steps for it.
 */
export function isFalse(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return true;
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.length === 0;
  if (notEmpty.has(value)) return false;
  const { length } = Object.keys(value);
  if (length > LARGE) notEmpty.add(value);
  return length === 0;
}
