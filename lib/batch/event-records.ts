import type { SQSEvent, SQSRecord } from "aws-lambda";

/** The event has no SQS records: an invocation that went on would acknowledge messages that nobody has seen. */
class NoRecordsError extends TypeError {
  override readonly name = "NoRecordsError";
}

/**
 * Reads the records of an event: an SQS event has them in `Records`, an EventBridge Pipe sends the bare list.
 *
 * @param name what asks for them
 * @throws {NoRecordsError} when they are no list, or one of them has no `messageId` or no `body`, and for an empty bare
 *   list: a Pipe never sends one
 */
export function recordsOf(event: unknown, name: string): SQSRecord[] {
  const records = listIn(event);
  if (records === undefined || (records === event && records.length === 0)) {
    throw new NoRecordsError(
      `${name} wants an SQS event, or the list of records that an EventBridge Pipe sends: got ${describe(event)}`,
    );
  }
  if (records.every(isRecord)) return records;
  const place = records.findIndex((record) => !isRecord(record));
  throw new NoRecordsError(
    `${name} wants SQS records, each with a messageId and a body: record ${place} is ${describe(records[place])}`,
  );
}

/**
 * The event as SQS would have sent it.
 *
 * @throws {NoRecordsError} as {@link recordsOf} does
 */
export function sqsEventOf(event: unknown, name: string): SQSEvent {
  return hasRecords(event) ? event : { Records: recordsOf(event, name) };
}

/** Tells whether an event has SQS records where SQS has them. */
export function hasRecords(event: unknown): event is SQSEvent {
  return !Array.isArray(event) && (listIn(event)?.every(isRecord) ?? false);
}

/** The list of an event, whatever stands in it; `undefined` when there is none. */
export function listIn(event: unknown): unknown[] | undefined {
  if (Array.isArray(event)) return event;
  const isObject = typeof event === "object" && event !== null;
  return isObject && "Records" in event && Array.isArray(event.Records) ? event.Records : undefined;
}

/**
 * Tells whether a value is an SQS record. Its body can be any JSON value: parsers of other packages put what they read
 * in the place of the text.
 */
export function isRecord(value: unknown): value is SQSRecord {
  if (typeof value !== "object" || value === null || !("messageId" in value)) return false;
  const { messageId } = value;
  return (
    typeof messageId === "string" && messageId !== "" && "body" in value && value.body !== undefined
  );
}

/** Says what a value is and which keys it has, and nothing of what it holds. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== "object")
    return typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return "an object without keys";
  const shown = keys.slice(0, MOST_KEYS).map((key) => key.slice(0, MOST_KEY_CHARACTERS));
  const more = keys.length > MOST_KEYS ? `, and ${keys.length - MOST_KEYS} more` : "";
  return `an object with the keys ${shown.join(", ")}${more}`;
}

const MOST_KEYS = 12;
const MOST_KEY_CHARACTERS = 40;
