import type { SQSRecord } from "aws-lambda";
import { DEFAULT_WAIT_SECONDS, MAX_WAIT_SECONDS } from "../batch/hops.ts";
import { recordFacts } from "../batch/record-facts.ts";
import { type JsonObject, numberOf } from "../json.ts";
import { countOf, dueAtOf } from "../poll/message/next.ts";

/** What a record says of itself to the fence, whatever else stands in its body. */
export interface Claimant {
  readonly pollId: string;
  readonly sequence: number;
  readonly copyId: string;
  /** A message that no requeue of ours made: its messageId stands in for the copyId that it has not. */
  readonly isSubmission: boolean;
  readonly retryCount: number;
  readonly delaySeconds: number;
  /** In epoch ms; `undefined` where the record does not say. */
  readonly dueAt: number | undefined;
  /** In epoch ms. */
  readonly expiresAt?: number;
}

/** Reads a record's `pollId` and `copyId` (both default to its messageId), `sequence`, `retryCount`, and its times. */
export function claimantOf(record: SQSRecord): Claimant {
  // A body that is no JSON object says nothing: each of its messages is a poll of its own.
  const { body = {} } = recordFacts(record);
  const copyId = text(body.copyId);
  const expiresAt = Date.parse(text(body.expiresAt) ?? "");
  return {
    pollId: text(body.pollId) ?? record.messageId,
    sequence: countOf(body.sequence),
    copyId: copyId ?? record.messageId,
    isSubmission: copyId === undefined,
    retryCount: countOf(body.retryCount),
    delaySeconds: delayIn(body),
    dueAt: dueAtOf(body, record),
    ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
  };
}

function delayIn({ delaySeconds }: JsonObject): number {
  const seconds = numberOf(delaySeconds) ?? DEFAULT_WAIT_SECONDS;
  return Math.min(Math.max(0, seconds), MAX_WAIT_SECONDS);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
