import { randomBytes } from "node:crypto";
import { MAX_JSON_DEPTH } from "../limits.ts";

/** A JSON object whose members are not yet known. */
export type JsonObject = { readonly [name: string]: unknown };

/** The JSON text was refused. The message never quotes the text, which may contain secrets. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/** The text is not JSON. */
export class JsonSyntaxError extends JsonError {}

/** The JSON text contains too many values. */
export class TooManyValuesError extends JsonError {}

/** Whether a value is a JSON object: not null, not an array, not a number that keeps its digits. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJson(value);
}

/** A number from {@link parseJsonExactly} as a double; `undefined` when the value is not a number. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "object" && isRawJson(value) ? Number(value.rawJSON) : undefined;
}

/** The digits of a number that keeps them; `undefined` for any other value. */
export function digitsOf(value: unknown): string | undefined {
  return isRawJson(value) ? value.rawJSON : undefined;
}

/**
 * Makes a number from its digits: a double if that prints the same digits, else a raw JSON value.
 *
 * @param digits a number in JSON syntax
 */
export function exactNumber(digits: string): unknown {
  const double = Number(digits);
  return String(double) === digits ? double : rawJson(digits);
}

/** The limits of a JSON text. */
export interface JsonLimits {
  /** How deep it may nest. `@default` 64 */
  readonly maxDepth?: number;
  /** How many values it may contain, nested ones included. `@default` no limit */
  readonly maxValues?: number;
}

/**
 * Parses JSON.
 *
 * @throws {JsonError} when the text is not valid JSON, or exceeds a limit
 */
export function parseJson(text: string, limits: JsonLimits = {}): unknown {
  scan(text, limits);
  return parse(text);
}

/**
 * Parses JSON and keeps the digits of every number: a number that a double cannot represent becomes a raw JSON value,
 * which {@link toJson} writes back unchanged.
 *
 * @throws {JsonError} as {@link parseJson} does
 */
export function parseJsonExactly(text: string, limits: JsonLimits = {}): unknown {
  const marked = markNumbers(text, limits);
  return marked === text ? parse(text) : unmarkNumbers(parse(marked));
}

/**
 * Replaces the numbers in a JSON text that a double cannot represent by marked strings, so that another parser keeps
 * their digits; {@link unmarkNumbers} restores them. A reviver that reads each value's source needs no marks, but takes
 * seconds per MiB.
 *
 * @throws {JsonError} when the text exceeds a limit
 */
export function markNumbers(text: string, limits: JsonLimits = {}): string {
  let marked = "";
  let end = 0;
  for (const { start, digits } of scan(text, limits)) {
    marked += `${text.slice(end, start)}"${MARK}${digits}"`;
    end = start + digits.length;
  }
  return end === 0 ? text : marked + text.slice(end);
}

/** Replaces the marked strings in a value by numbers; changes arrays and objects in place. */
export function unmarkNumbers(value: unknown): unknown {
  if (typeof value === "string") {
    return value.startsWith(MARK) ? rawJson(value.slice(MARK.length)) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string | number, unknown>;
  if (Array.isArray(value)) {
    for (let n = 0; n < value.length; n++) members[n] = unmarkNumbers(members[n]);
  } else {
    for (const name of Object.keys(value)) members[name] = unmarkNumbers(members[name]);
  }
  return value;
}

/** Parses an object that {@link toJson} wrote, with any nesting, and keeps the digits of its numbers. */
export function readOwnJson(text: string): JsonObject {
  const value = parseJsonExactly(text, { maxDepth: Number.POSITIVE_INFINITY });
  if (isJsonObject(value)) return value;
  throw new JsonError("is not a JSON object");
}

/**
 * Writes JSON that SQS accepts.
 *
 * @param indent what each line is indented by, per level; without it all is one line
 * @throws {TypeError} when the value has no JSON form.
 */
export function toJson(value: unknown, indent: string = ""): string {
  const text: string | undefined = JSON.stringify(value, null, indent);
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON form`);
  return escapeForSqs(text);
}

/**
 * Rewrites JSON so that SQS accepts it: characters that JSON allows in a string, but XML 1.0 does not, are escaped
 * (Amazon SQS API Reference, SendMessage: "A message can include only XML, JSON, and unformatted text").
 */
export function escapeForSqs(text: string): string {
  return text.replace(/[\uFFFE\uFFFF]/g, (char) => (char === "\uFFFE" ? "\\ufffe" : "\\uffff"));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonSyntaxError("is not valid JSON");
  }
}

/** Raw JSON (ES2026), in Node since 21. TypeScript's library does not declare it yet. */
const { rawJSON: rawJson, isRawJSON: isRawJson } = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
};

/** Marks a number while its text is parsed. Random, so that no sender can forge it. */
const MARK = randomBytes(8).toString("base64url");

/** The place of a number in a text whose digits a double cannot keep. */
interface ExactNumber {
  readonly start: number;
  readonly digits: string;
}

/** Reads a JSON text once: checks its limits, and finds the numbers that a double cannot represent. */
function scan(text: string, { maxDepth = MAX_JSON_DEPTH, maxValues }: JsonLimits): ExactNumber[] {
  const exact: ExactNumber[] = [];
  let depth = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) i = endOfString(text, i);
    else if (char === OPEN_BRACKET || char === OPEN_BRACE) {
      values++;
      if (++depth > maxDepth) throw new JsonError(`nests deeper than ${maxDepth} levels`);
    } else if (char === CLOSE_BRACKET || char === CLOSE_BRACE) depth--;
    else if (char === COMMA) values++;
    else if (char === MINUS || isDigit(char)) {
      const digits = numberAt(text, i);
      if (digits !== undefined && !isKeptByDouble(digits)) exact.push({ start: i, digits });
      i = (digits === undefined ? endOfNumber(text, i) : i + digits.length) - 1;
    }
    if (maxValues !== undefined && values > maxValues) {
      throw new TooManyValuesError(`holds more than ${maxValues} JSON values`);
    }
  }
  return exact;
}

/** The end of the string whose opening quote is at `start`; the text's end if it has no closing quote. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/**
 * The number at `start`; `undefined` when the text that follows shows that it is not a number. The parser refuses
 * invalid JSON later.
 */
function numberAt(text: string, start: number): string | undefined {
  NUMBER.lastIndex = start;
  return NUMBER.exec(text)?.[0];
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[ \t\r\n]*(?:[,\]}]|$))/y;

/** The end of the run of characters that a number can consist of. */
function endOfNumber(text: string, start: number): number {
  NUMBER_CHARACTERS.lastIndex = start;
  return NUMBER_CHARACTERS.test(text) ? NUMBER_CHARACTERS.lastIndex : start + 1;
}

const NUMBER_CHARACTERS = /[-+.\deE]+/y;

function isKeptByDouble(digits: string): boolean {
  return SHORT_INTEGER.test(digits) || String(Number(digits)) === digits;
}

const SHORT_INTEGER = /^[1-9]\d{0,14}$/;

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

const COMMA = 0x2c;
const MINUS = 0x2d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
