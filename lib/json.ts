/** A JSON object whose members are not yet known. */
export type JsonObject = { readonly [name: string]: unknown };

/** How deep JSON may nest before we refuse it: what walks a value later recurses, and must not run out of stack. */
export const MAX_JSON_DEPTH = 64;

/** The JSON text could not be taken. Its message never quotes the text, which may hold secrets. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/** The JSON text holds more values than it may. */
export class TooManyValuesError extends JsonError {}

/** Tells whether a value is a JSON object: not null, not an array, not a number that keeps its digits. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJson(value);
}

/** The number that a value of {@link parseJsonExactly} stands for; `undefined` when it is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return isRawJson(value) ? Number(JSON.stringify(value)) : undefined;
}

/**
 * Parses JSON.
 *
 * @param maxValues how many values it may hold, those within others included. `@default` no limit
 * @throws {JsonError} when the text is not JSON, nests deeper than {@link MAX_JSON_DEPTH}, or holds more values
 */
export function parseJson(text: string, maxValues: number = Number.POSITIVE_INFINITY): unknown {
  return parse(text, maxValues);
}

/**
 * Parses JSON and keeps the digits of every number as they were written: a number that a double cannot
 * hold becomes a raw JSON value, which {@link toJson} writes back unchanged.
 *
 * @throws {JsonError} as {@link parseJson} does.
 */
export function parseJsonExactly(text: string): unknown {
  return parse(text, Number.POSITIVE_INFINITY, keepDigits);
}

/** Reads an object that {@link toJson} wrote, however deep it nests, the digits of its numbers kept. */
export function readOwnJson(text: string): JsonObject {
  return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]);
}

/**
 * The JSON object that a text is; `undefined` when it is none, whatever is wrong with it.
 *
 * @param parse `@default` {@link parseJson}
 */
export function jsonObjectIn(
  text: string,
  parse: (text: string) => unknown = parseJson,
): JsonObject | undefined {
  try {
    const value = parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
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

function parse(
  text: string,
  maxValues: number,
  reviver?: (key: string, value: unknown, context: Source) => unknown,
) {
  checkSize(text, maxValues);
  try {
    return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]) as unknown;
  } catch {
    throw new JsonError("is not valid JSON");
  }
}

interface Source {
  readonly source?: string;
}

function keepDigits(_key: string, value: unknown, { source }: Source): unknown {
  if (typeof value !== "number" || source === undefined || String(value) === source) return value;
  return rawJson(source);
}

/** ES2026's raw JSON, in Node since 21; TypeScript's library does not know it yet. */
const { rawJSON: rawJson, isRawJSON: isRawJson } = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

function checkSize(text: string, maxValues: number): void {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACKET || char === OPEN_BRACE) {
      values++;
      if (++depth > MAX_JSON_DEPTH) {
        throw new JsonError(`nests deeper than ${MAX_JSON_DEPTH} levels`);
      }
    } else if (char === CLOSE_BRACKET || char === CLOSE_BRACE) depth--;
    else if (char === COMMA) values++;
  }
  if (values > maxValues) throw new TooManyValuesError(`holds more than ${maxValues} JSON values`);
}

const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
