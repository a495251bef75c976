import type { JSONValue } from "@jmespath-community/jmespath";
import { isNumber } from "../jmespath/exact-numbers.ts";

/** What is known of a value before there is a response. Any value may also be `null` unless a field says otherwise. */
export interface KnownValue {
  /** `undefined`: any type. */
  readonly type?: "text" | "number" | "boolean" | "null" | "list" | "object";
  /** All members of an object. */
  readonly members?: Readonly<Record<string, KnownValue>>;
  /** Every member of an object whose member names are unknown, but in lower case. */
  readonly eachMember?: KnownValue;
  /** The value, if it is the same for every response. */
  readonly constant?: JSONValue;
  /** The value says yes for every response. */
  readonly isYes?: true;
  /** The path that its name may be mistaken for. */
  readonly mistakenFor?: string;
  /** Why the value is never equal to this constant of the same type; `false`: it may be equal. */
  readonly never?: (constant: JSONValue) => string | false;
}

export const ANYTHING: KnownValue = {};
export const TEXT: KnownValue = { type: "text" };
export const NUMBER: KnownValue = { type: "number" };
export const BOOLEAN: KnownValue = { type: "boolean" };
export const LIST: KnownValue = { type: "list" };

/** A literal value in an expression. */
export function constant(value: JSONValue): KnownValue {
  return { type: typeOf(value), constant: value };
}

function typeOf(value: JSONValue): NonNullable<KnownValue["type"]> {
  if (value === null) return "null";
  if (isNumber(value)) return "number";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return "object";
  }
}
