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
  /** Why it is never equal to this constant of its type; `false`: it may be. */
  readonly never?: (constant: JSONValue) => string | false;
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
