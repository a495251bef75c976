import { compareDecimals, decimalText, parseDecimal } from "./decimal.ts";
import { invalidParameter, validationError } from "./dynamodb-error.ts";

/** An attribute's value as in requests and answers; numbers in plain notation, binary in base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, or a map inside an item: values by attribute name. Read it with {@link attributeOf}. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Reads own properties only: an attribute may have the name of an inherited one (`constructor`, `__proto__`). */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** @returns the type of the value: `S`, `N`, ... */
export function typeOf(value: AttributeValue): string {
  return Object.keys(value)[0] ?? "";
}

/** @throws DynamoDbError ValidationException */
export function parseItem(input: unknown): Item {
  const entries = Object.entries(objectOf(input, "an item is a map of attribute values"));
  return Object.fromEntries(entries.map(([name, value]) => [name, parseAttributeValue(value)]));
}

/** Amazon DynamoDB, "Service, account, and table quotas", Nested attribute depth. */
const MAX_DEPTH = 32;

/** @throws DynamoDbError ValidationException */
export function parseAttributeValue(input: unknown, depth = 0): AttributeValue {
  if (depth > MAX_DEPTH) throw validationError("Nesting Levels have exceeded supported limits");
  const entries = Object.entries(objectOf(input, "an attribute value is a map of type and value"));
  const [first, second] = entries;
  if (first === undefined) {
    throw validationError(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    );
  }
  if (second !== undefined) {
    throw validationError(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  }
  const [type, value] = first;
  switch (type) {
    case "S":
      return { S: textOf(value, type) };
    case "N":
      return { N: numberText(value) };
    case "B":
      return { B: base64Of(value, type) };
    case "BOOL":
      if (typeof value !== "boolean") throw unfit(type);
      return { BOOL: value };
    case "NULL":
      if (value !== true) {
        throw invalidParameter("Null attribute value types must have the value of true");
      }
      return { NULL: true };
    case "SS":
      return { SS: setOf(value, type, (member) => textOf(member, type)) };
    case "NS":
      return { NS: setOf(value, type, numberText) };
    case "BS":
      return { BS: setOf(value, type, (member) => base64Of(member, type)) };
    case "L":
      return { L: listOf(value, type).map((member) => parseAttributeValue(member, depth + 1)) };
    case "M": {
      const members = Object.entries(objectOf(value, "M is a map of attribute values"));
      return {
        M: Object.fromEntries(
          members.map(([name, member]) => [name, parseAttributeValue(member, depth + 1)]),
        ),
      };
    }
    default:
      throw validationError(
        `Supplied AttributeValue has the unknown datatype ${type}, must contain exactly one of the supported datatypes`,
      );
  }
}

/** Compares two values. The order of sets does not matter. */
export function isEqual(a: AttributeValue, b: AttributeValue): boolean {
  return canonical(a) === canonical(b);
}

/**
 * Compares two values of the same type: numbers by value, strings and binary by their bytes.
 *
 * @returns as sort functions do; `undefined` when the types differ or have no order
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("N" in a && "N" in b) return compareDecimals(parseDecimal(a.N), parseDecimal(b.N));
  if ("S" in a && "S" in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ("B" in a && "B" in b) return Buffer.compare(bytesOf(a.B), bytesOf(b.B));
  return undefined;
}

/** Amazon DynamoDB, "DynamoDB item sizes and formats": names and values in UTF-8, 3 more bytes per map or list. */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: AttributeValue): number {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("N" in value) return Math.ceil(value.N.length / 2) + 1;
  if ("B" in value) return bytesOf(value.B).byteLength;
  if ("SS" in value) return sumOf(value.SS.map((member) => Buffer.byteLength(member)));
  if ("NS" in value) return sumOf(value.NS.map((member) => Math.ceil(member.length / 2) + 1));
  if ("BS" in value) return sumOf(value.BS.map((member) => bytesOf(member).byteLength));
  if ("L" in value) return 3 + sumOf(value.L.map((member) => 1 + valueBytes(member)));
  if ("M" in value) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
}

export function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

/** A text of the value: equal values have equal texts. */
export function canonical(value: AttributeValue): string {
  if ("L" in value) return `L[${value.L.map(canonical).join(",")}]`;
  if ("M" in value) {
    const members = Object.entries(value.M).sort(([a], [b]) => (a < b ? -1 : 1));
    return `M{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
  }
  const [type, content] = Object.entries(value)[0] ?? [];
  return type + JSON.stringify(Array.isArray(content) ? content.toSorted() : content);
}

function objectOf(input: unknown, rule: string): object {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  throw validationError(`Unexpected value: ${rule}`);
}

function listOf(input: unknown, type: string): readonly unknown[] {
  if (Array.isArray(input)) return input;
  throw unfit(type);
}

function setOf(input: unknown, type: string, read: (member: unknown) => string): string[] {
  const members = listOf(input, type).map(read);
  if (members.length === 0) {
    throw invalidParameter(`An ${SET_NAMES.get(type)} set may not be empty`);
  }
  if (new Set(members).size < members.length) {
    throw invalidParameter(`Input collection ${JSON.stringify(members)} contains duplicates.`);
  }
  return members;
}

const SET_NAMES = new Map([
  ["SS", "string"],
  ["NS", "number"],
  ["BS", "binary"],
]);

function textOf(input: unknown, type: string): string {
  if (typeof input === "string") return input;
  throw unfit(type);
}

function numberText(input: unknown): string {
  return decimalText(parseDecimal(textOf(input, "N")));
}

function base64Of(input: unknown, type: string): string {
  const text = textOf(input, type);
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return text;
  throw validationError(`A value of type ${type} is not base64`);
}

const unfit = (type: string) => validationError(`Unexpected value: not a value of type ${type}`);

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
