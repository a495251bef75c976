import type { SQSRecord } from "aws-lambda";
import { type JsonObject, numberOf } from "../json/json.ts";
import { MAX_WAIT_SECONDS } from "../limits.ts";

/**
 * When a record was due, in epoch ms: what its body says, but no more than twelve hours from when it was sent, as a
 * sender can write there what it likes; of a message that was never requeued, when it was sent. `undefined` where a
 * requeue has left neither.
 */
export function dueAtOf(body: JsonObject | undefined, record: SQSRecord): number | undefined {
  const said = saidDueAt(body, record);
  const sent = sentAt(record);
  if (said === undefined || sent === undefined) return said;
  return between(sent - MAX_WAIT_MS, said, sent + MAX_WAIT_MS);
}

/** When a record says that it is due, in epoch ms, however far off; `undefined` where it does not say. */
export function saidDueAt(body: JsonObject | undefined, record: SQSRecord): number | undefined {
  const { dueAt, notBefore, sequence, retryCount } = body ?? {};
  const wasRequeued = sequence !== undefined || retryCount !== undefined;
  return numberOf(dueAt) ?? numberOf(notBefore) ?? (wasRequeued ? undefined : sentAt(record));
}

/**
 * When a record's poll started, in epoch ms: what its body says, never later than the message was sent, and of a
 * submission no more than the twelve hours earlier that one can be held; else when it was sent.
 */
export function startedAtOf(body: JsonObject, record: SQSRecord): number | undefined {
  const sent = sentAt(record);
  const said = numberOf(body.startedAt);
  if (said === undefined || sent === undefined) return said ?? sent;
  return between(isSubmission(body) ? sent - MAX_WAIT_MS : 0, said, sent);
}

const MAX_WAIT_MS = MAX_WAIT_SECONDS * 1000;

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** When a record's message was sent, in epoch ms; `undefined` where the record does not say. */
export function sentAt(record: SQSRecord): number | undefined {
  const timestamp = Number(record.attributes?.SentTimestamp);
  return Number.isSafeInteger(timestamp) && timestamp > 0 ? timestamp : undefined;
}

/**
 * Whether a body is a submission: the poller has never sent it, or sent it back as it was before the first request.
 * What it says of its own sequence then counts as little as in any other message of a sender.
 */
export function isSubmission({ copyId, sequence }: JsonObject): boolean {
  return typeof copyId !== "string" || copyId === "" || countOf(sequence) === 0;
}

/** A count in a body, whatever a sender wrote there: a whole number, 0 where it is none. */
export function countOf(value: unknown): number {
  const count = numberOf(value);
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
