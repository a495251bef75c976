import { randomBytes } from "node:crypto";
import { MAX_JSON_DEPTH } from "../limits.ts";

/** A JSON object whose members are not yet known. */
export type JsonObject = { readonly [name: string]: unknown };

/** The JSON text could not be taken. Its message never quotes the text, which may hold secrets. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/** The text is not JSON. */
export class JsonSyntaxError extends JsonError {}

/** The JSON text holds more values than it may. */
export class TooManyValuesError extends JsonError {}

/** Tells whether a value is a JSON object: not null, not an array, not a number that keeps its digits. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJson(value);
}

/** The number that a value of {@link parseJsonExactly} stands for; `undefined` when it is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return isRawJson(value) ? Number(value.rawJSON) : undefined;
}

/** The digits of a number as they were written; `undefined` for a value that is no number with digits of its own. */
export function digitsOf(value: unknown): string | undefined {
  return isRawJson(value) ? value.rawJSON : undefined;
}

/**
 * Makes a number of its digits: a double where that writes the same digits, else a raw JSON value.
 *
 * @param digits a number as JSON writes it
 */
export function exactNumber(digits: string): unknown {
  const double = Number(digits);
  return String(double) === digits ? double : rawJson(digits);
}

/** What a JSON text may hold. */
export interface JsonLimits {
  /** How deep it may nest. `@default` 64 */
  readonly maxDepth?: number;
  /** How many values it may hold, those within others included. `@default` no limit */
  readonly maxValues?: number;
}

/**
 * Parses JSON.
 *
 * @throws {JsonError} when the text is not JSON, or beyond its limits
 */
export function parseJson(text: string, limits: JsonLimits = {}): unknown {
  scan(text, limits);
  return parse(text);
}

/**
 * Parses JSON and keeps the digits of every number as they were written: a number that a double cannot
 * hold becomes a raw JSON value, which {@link toJson} writes back unchanged.
 *
 * @throws {JsonError} as {@link parseJson} does
 */
export function parseJsonExactly(text: string, limits: JsonLimits = {}): unknown {
  const marked = markNumbers(text, limits);
  return marked === text ? parse(text) : unmarkNumbers(parse(marked));
}

/**
 * Makes texts of those numbers in a JSON text that no double keeps, for a parser that is not ours;
 * {@link unmarkNumbers} makes numbers of them again. A reviver that reads each value's source would do without marks,
 * and take seconds per MiB.
 *
 * @throws {JsonError} when the text is beyond its limits
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

/** Makes numbers of the marks in a value, within arrays and objects in their place. */
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

/** Reads an object that {@link toJson} wrote, however deep it nests, the digits of its numbers kept. */
export function readOwnJson(text: string): JsonObject {
  const value = parseJsonExactly(text, { maxDepth: Number.POSITIVE_INFINITY });
  if (isJsonObject(value)) return value;
  throw new JsonError("is no JSON object");
}

/**
 * Writes JSON that SQS takes.
 *
 * @throws {TypeError} when the value has no JSON form.
 */
export function toJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON form`);
  return escapeForSqs(text);
}

/**
 * Makes JSON into the same JSON that SQS takes: characters outside XML 1.0's set, which JSON allows in a string, are
 * escaped (Amazon SQS API Reference, SendMessage: "A message can include only XML, JSON, and unformatted text").
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

/** ES2026's raw JSON, in Node since 21; TypeScript's library does not know it yet. */
const { rawJSON: rawJson, isRawJSON: isRawJson } = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
};

/** Stands for a number while its text is parsed. Random, so that no sender can write it. */
const MARK = randomBytes(8).toString("base64url");

/** A number whose digits no double keeps, where it stands in a text. */
interface ExactNumber {
  readonly start: number;
  readonly digits: string;
}

/** Reads a JSON text once: counts what it holds against its limits, and finds the numbers that no double keeps. */
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

/** Where the string ends whose opening quote is at `start`; the text's end where it does not. */
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
 * The number at a place of a text; no number where what follows shows that it is none, or the name of a member: what
 * is no JSON is left for the parser to refuse.
 */
function numberAt(text: string, start: number): string | undefined {
  NUMBER.lastIndex = start;
  return NUMBER.exec(text)?.[0];
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[ \t\r\n]*(?:[,\]}]|$))/y;

/** Where the characters end that a number can have. */
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
