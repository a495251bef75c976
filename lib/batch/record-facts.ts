import type { SQSRecord } from "aws-lambda";
import { jsonErrorPlace } from "../json/error-place.ts";
import {
  isJsonObject,
  JsonError,
  type JsonObject,
  JsonSyntaxError,
  numberOf,
  parseJsonExactly,
  TooManyValuesError,
  toJson,
} from "../json/json.ts";
import { MAX_FURTHER_JSON_VALUES, MAX_JSON_VALUES, MAX_MESSAGE_BYTES } from "../limits.ts";

/** A record's body, read once for all users. */
export type RecordFacts = {
  /** The body as text; if a parser in the stack has replaced it by a value, that value as JSON. */
  readonly text: string;
} & (
  | {
      /** The body as a JSON object that keeps the digits of its numbers. */ readonly body: JsonObject;
    }
  | {
      readonly body?: undefined;
      /** Why the body is not accepted; never quotes the body. */
      readonly problem: string;
    }
);

/** By record, with the body that was read, because other middlewares may replace it. */
const known = new WeakMap<SQSRecord, { readonly of: unknown; readonly facts: RecordFacts }>();

/** The text of a body that a parser in the stack has replaced by a value. */
const texts = new WeakMap<SQSRecord, { readonly of: unknown; readonly text: string }>();

/**
 * Notes the text of a parsed body. From now on it counts, and not the value: a parser may have dropped fields that it
 * does not know, like `retryCount`, rounded numbers, or made values that JSON does not have.
 */
export function noteText(record: SQSRecord, text: string): void {
  texts.set(record, { of: record.body, text });
}

/**
 * Reads a record's body; parses it at the first call only. Never throws.
 *
 * The body may already be an object, because Middy's event-normalizer or another parser ran before.
 */
export function recordFacts(record: SQSRecord): RecordFacts {
  const body: unknown = record.body;
  const before = known.get(record);
  if (before !== undefined && before.of === body) return before.facts;
  const facts = typeof body === "string" ? readBody(body) : readParsed(record);
  known.set(record, { of: body, facts });
  return facts;
}

/**
 * Parses the text of a body: a JSON object of at most 1 MiB, 64 levels and 100,000 values, or the reason why not. A
 * body that the poller has requeued may hold a few values more: those that the poller has added.
 */
export function readBody(text: string, maxValues: number = MAX_JSON_VALUES): RecordFacts {
  if (text.length > MAX_MESSAGE_BYTES) {
    return { text, problem: `must be at most ${MAX_MESSAGE_BYTES} bytes, got ${text.length}` };
  }
  try {
    const value = parseJsonExactly(text, { maxValues });
    if (isJsonObject(value)) return { text, body: value };
    return { text, problem: `must be a JSON object, got ${typeName(value)}` };
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return { text, problem: `${error.message}: ${jsonErrorPlace(text)}` };
    }
    if (error instanceof TooManyValuesError && maxValues === MAX_JSON_VALUES) {
      if (OWN_FIELD.test(text)) return readBody(text, maxValues + MAX_FURTHER_JSON_VALUES);
    }
    if (error instanceof JsonError) return { text, problem: error.message };
    throw error;
  }
}

/**
 * A field that every message which the poller has sent holds. A message that it held before its claim has no copyId.
 */
const OWN_FIELD = /"(?:copyId|startedAt)":/;

/**
 * Writes a record's body as the text of a message.
 *
 * @throws {TypeError} when a parser in the stack has replaced it by a value that cannot be written as JSON, and its text
 *   is not known
 */
export function bodyText(record: SQSRecord): string {
  const body: unknown = record.body;
  if (typeof body === "string") return body;
  const noted = texts.get(record);
  return noted !== undefined && noted.of === body ? noted.text : toJson(body);
}

/** Reads a parsed body through its text or its JSON, so that only JSON values are read and sent on. */
function readParsed(record: SQSRecord): RecordFacts {
  let text: string;
  try {
    text = bodyText(record);
  } catch {
    return { text: "", problem: "was parsed before, and has no JSON form any more" };
  }
  return readBody(text);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return numberOf(value) === undefined ? `a ${typeof value}` : "a number";
}
