import type { SQSEvent, SQSRecord } from "aws-lambda";

/** The event has no SQS records. The invocation must fail, or it would acknowledge messages that nobody processed. */
class NoRecordsError extends TypeError {
  override readonly name = "NoRecordsError";
}

/**
 * Reads the records of an event: an SQS event has them in `Records`, an EventBridge Pipe sends the bare list.
 *
 * @param name the caller's name, for the error
 * @throws {NoRecordsError} when there is no list of records, when a record has no `messageId` or no `body`, and when a
 *   bare list is empty, because a Pipe never sends one
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

/** Whether an event has SQS records in `Records`. */
export function hasRecords(event: unknown): event is SQSEvent {
  return !Array.isArray(event) && (listIn(event)?.every(isRecord) ?? false);
}

/** The list of records in an event, its items not checked; `undefined` when there is none. */
export function listIn(event: unknown): unknown[] | undefined {
  if (Array.isArray(event)) return event;
  const isObject = typeof event === "object" && event !== null;
  return isObject && "Records" in event && Array.isArray(event.Records) ? event.Records : undefined;
}

/**
 * Whether a value is an SQS record. Its body can be any JSON value, because parsers of other packages replace the text
 * by the parsed value.
 */
export function isRecord(value: unknown): value is SQSRecord {
  if (typeof value !== "object" || value === null || !("messageId" in value)) return false;
  const { messageId } = value;
  return (
    typeof messageId === "string" && messageId !== "" && "body" in value && value.body !== undefined
  );
}

/** Describes a value's type and keys, without its contents. */
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
