import type { SQSRecord } from "aws-lambda";
import { recordFacts } from "../batch/record-facts.ts";
import { type Completed, type Held, held, type Pending } from "../batch/record-result.ts";
import { changesBetween, packNext } from "./next-message.ts";

/** The start that a record has claimed, and what this invocation knows of it. */
export interface ClaimedStart {
  /** Whether it may have reached its server. */
  readonly wasSent: boolean;
  /** What comes next. Absent: the start has no answer yet, or its answer ended the poll. */
  readonly next?: KnownNext;
  /** The end of the poll, when its answer ended it and the table has not stored that yet. */
  readonly ended?: Completed;
}

interface KnownNext {
  /** The kind of the result that said so. */
  readonly kind: "pending" | "held";
  /** `undefined`: it does not fit into the poll's row. */
  readonly packed: Uint8Array | undefined;
  /** Whether the poll's row holds it. */
  readonly isKept: boolean;
}

/**
 * Whether a poll has ended with its start, and that has started nothing: a start that must be made at most once is given
 * up only while that is certain.
 */
export function hasStartedNothing({ outcome: { status } = {}, body }: Completed): boolean {
  const wouldStart = body === undefined || body.start !== undefined;
  return wouldStart && (status === "expired" || status === "exhausted");
}

/**
 * The start with what its result says about the next message.
 *
 * @param dueAt when the next message is due, in epoch ms
 */
export function withNext(
  start: ClaimedStart,
  record: SQSRecord,
  result: Pending | Held,
  dueAt: number,
): ClaimedStart {
  const { body = {} } = recordFacts(record);
  const next = (result.kind === "pending" && result.body) || body;
  const usesNoRetry = result.kind === "held" || result.usesNoRetry === true;
  const packed = packNext({ dueAt, usesNoRetry, changes: changesBetween(body, next) });
  return { ...start, next: { kind: result.kind, packed, isKept: false } };
}

/**
 * What the poll's row should hold and does not: what comes next, where that is known. A start that was not sent comes
 * next itself.
 *
 * @param dueAt when a start that was not sent is due again, in epoch ms
 */
export function unkeptNext(
  start: ClaimedStart,
  record: SQSRecord,
  dueAt: number,
): Uint8Array | undefined {
  if (start.next === undefined && start.wasSent) return undefined;
  const { next } = start.next ? start : withNext(start, record, held(), dueAt);
  return next?.isKept ? undefined : next?.packed;
}

/**
 * Whether a record may go back to its queue with this result. If the batch's time was up during the start, the record
 * is held whatever the answer said: it would start again, or too early.
 */
export function mayBeRequeued({ next, wasSent }: ClaimedStart, kind: "pending" | "held"): boolean {
  return next === undefined ? !wasSent : next.kind === kind;
}
