import type { JSONValue } from "@jmespath-community/jmespath";

/** What is known of a value before there is a response. Any value may also be `null`, if nothing here says otherwise. */
export interface KnownValue {
  /** `undefined`: any. */
  readonly type?: "text" | "number" | "boolean" | "null" | "list" | "object";
  /** An object's members, all of them. */
  readonly members?: Readonly<Record<string, KnownValue>>;
  /** Its members, whatever their names, which are in lower case. */
  readonly eachMember?: KnownValue;
  /** It is the same for every response. */
  readonly constant?: JSONValue;
  /** It says yes for every response. */
  readonly isYes?: true;
}

export const ANYTHING: KnownValue = {};
export const TEXT: KnownValue = { type: "text" };
export const NUMBER: KnownValue = { type: "number" };
export const BOOLEAN: KnownValue = { type: "boolean" };
export const LIST: KnownValue = { type: "list" };

/** A value that an expression writes down. */
export function constant(value: JSONValue): KnownValue {
  return { type: typeOf(value), constant: value };
}

/** What the functions of JMESPath give, where it is always of one type. */
export const TYPE_OF_FUNCTION: Readonly<Record<string, KnownValue>> = {
  abs: NUMBER,
  avg: NUMBER,
  ceil: NUMBER,
  contains: BOOLEAN,
  ends_with: BOOLEAN,
  find_first: NUMBER,
  find_last: NUMBER,
  floor: NUMBER,
  items: LIST,
  join: TEXT,
  keys: LIST,
  length: NUMBER,
  lower: TEXT,
  map: LIST,
  pad_left: TEXT,
  pad_right: TEXT,
  replace: TEXT,
  sort: LIST,
  sort_by: LIST,
  split: LIST,
  starts_with: BOOLEAN,
  sum: NUMBER,
  to_array: LIST,
  to_number: NUMBER,
  to_string: TEXT,
  trim: TEXT,
  trim_left: TEXT,
  trim_right: TEXT,
  type: TEXT,
  upper: TEXT,
  values: LIST,
  zip: LIST,
};

function typeOf(value: JSONValue): NonNullable<KnownValue["type"]> {
  if (value === null) return "null";
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
