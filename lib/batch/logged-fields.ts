import type { SQSRecord } from "aws-lambda";
import { hostOf } from "../http/host-name.ts";
import { METHODS } from "../http/http-request.ts";
import { isJsonObject, type JsonObject, numberOf } from "../json/json.ts";
import { isRecord, listIn } from "./event-records.ts";
import { recordFacts } from "./record-facts.ts";
import { isPoison } from "./record-result.ts";

/**
 * The fields of a record that a log line may show: its id, size and receive count, its poll's id and retry count, and
 * its request's method and origin. Nothing else of a message is ever logged: no headers, body or context, no path or
 * query of its URL, and no message attribute.
 */
export interface LoggedRecord {
  readonly messageId: string;
  readonly receiveCount?: string;
  readonly bodyBytes: number;
  readonly pollId?: string;
  readonly retryCount?: number;
  readonly method?: string;
  readonly origin?: string;
}

/** The loggable fields of an event's records. */
export function maskEvent(event: unknown): LoggedRecord[] {
  return (listIn(event) ?? []).filter(isRecord).map(maskRecord);
}

/** The loggable fields of a record. */
export function maskRecord(record: SQSRecord): LoggedRecord {
  const receiveCount = record.attributes?.ApproximateReceiveCount;
  const { text, body } = recordFacts(record);
  return {
    messageId: record.messageId,
    ...(receiveCount === undefined ? {} : { receiveCount }),
    bodyBytes: Buffer.byteLength(text),
    ...(body === undefined ? {} : maskMessage(body)),
  };
}

/** The loggable fields of an error: its name and message. By convention, messages never contain a record's data. */
export function maskError(error: unknown): { readonly name: string; readonly message: string } {
  if (!(error instanceof Error))
    return { name: "NotAnError", message: `a ${typeof error} was thrown` };
  const { name, message } = error;
  return { name, message: isPoison(error) ? (error.logMessage ?? message) : message.slice(0, 500) };
}

function maskMessage(message: JsonObject): Partial<LoggedRecord> {
  const { pollId, start, request = start } = message;
  const retryCount = numberOf(message.retryCount);
  return {
    ...(typeof pollId === "string" && POLL_ID.test(pollId) ? { pollId } : {}),
    ...(retryCount === undefined ? {} : { retryCount }),
    ...(isJsonObject(request) ? maskRequest(request) : {}),
  };
}

/** A pollId that the schema accepts. Any other value is not logged, because it may be data. */
const POLL_ID = /^[A-Za-z0-9_.:-]{1,128}$/;

/** A host has at most 253 characters (RFC 1035 section 2.3.4): a longer text is data. */
const MAX_ORIGIN = 300;

function maskRequest({ method, url }: JsonObject): Partial<LoggedRecord> {
  const target = typeof url === "string" ? URL.parse(url) : null;
  const host = target === null ? undefined : hostOf(target.href);
  const known = METHODS.find((name) => name === method);
  return {
    ...(known === undefined ? {} : { method: known }),
    ...(host === undefined ? {} : { origin: `${target?.protocol}//${host}`.slice(0, MAX_ORIGIN) }),
  };
}
