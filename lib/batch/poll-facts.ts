import type { SQSRecord } from "aws-lambda";
import { type JsonObject, numberOf } from "../json/json.ts";
import { MAX_WAIT_SECONDS } from "../limits.ts";

/**
 * When a record was due, in epoch ms: the time in its body, limited to twelve hours before or after it was sent,
 * because a sender can write any time there. For a message that was never requeued, the default is when it was sent.
 * `undefined` for a requeued message without a time.
 */
export function dueAtOf(body: JsonObject | undefined, record: SQSRecord): number | undefined {
  const said = saidDueAt(body, record);
  const sent = sentAt(record);
  if (said === undefined || sent === undefined) return said;
  return between(sent - MAX_WAIT_MS, said, sent + MAX_WAIT_MS);
}

/** The due time in a record's body, without limits, in epoch ms; `undefined` when there is none. */
export function saidDueAt(body: JsonObject | undefined, record: SQSRecord): number | undefined {
  const { dueAt, notBefore, sequence, retryCount } = body ?? {};
  const wasRequeued = sequence !== undefined || retryCount !== undefined;
  return numberOf(dueAt) ?? numberOf(notBefore) ?? (wasRequeued ? undefined : sentAt(record));
}

/**
 * When a record's poll started, in epoch ms: the time in its body, or else when it was sent. The time in the body is
 * never later than when the message was sent; in a submission, it is at most twelve hours earlier, the longest hold.
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

/** How many times a record's message was received, this time included; 1 when unknown. */
export function receiveCountOf(record: SQSRecord): number {
  const count = Number(record.attributes?.ApproximateReceiveCount);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** When a record's message was sent, in epoch ms; `undefined` when unknown. */
export function sentAt(record: SQSRecord): number | undefined {
  const timestamp = Number(record.attributes?.SentTimestamp);
  return Number.isSafeInteger(timestamp) && timestamp > 0 ? timestamp : undefined;
}

/**
 * Whether a body is a submission: the poller has not sent it, or has only held it before its first request. Its
 * `sequence` is then ignored, because a sender may have written it.
 */
export function isSubmission({ copyId, sequence }: JsonObject): boolean {
  return typeof copyId !== "string" || copyId === "" || countOf(sequence) === 0;
}

/** A count in a body: a whole number, or 0 for anything else that a sender wrote. */
export function countOf(value: unknown): number {
  const count = numberOf(value);
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : 0;
}

/** How long a poll took, in seconds, as its outcome says; `undefined` when one of its times is none. */
export function secondsTaken({ startedAt, finishedAt }: JsonObject): number | undefined {
  const [from, to] = [startedAt, finishedAt].map((time) =>
    typeof time === "string" ? Date.parse(time) : Number.NaN,
  );
  const seconds = (Number(to) - Number(from)) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}
