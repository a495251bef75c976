import type { SQSRecord } from "aws-lambda";
import { countOf, dueAtOf, isSubmission } from "../batch/poll-facts.ts";
import { recordFacts } from "../batch/record-facts.ts";
import { type JsonObject, numberOf } from "../json/json.ts";
import { DEFAULT_WAIT_SECONDS, MAX_WAIT_SECONDS } from "../limits.ts";
import { requestDigest } from "./request-digest.ts";

/** What a record says of itself to the fence, whatever else stands in its body. */
export interface Claimant {
  readonly pollId: string;
  readonly sequence: number;
  readonly copyId: string;
  /** A message that no requeue of ours made: its messageId stands in for the copyId that it has not. */
  readonly isSubmission: boolean;
  /** What shows that the poller sent it. */
  readonly proof?: string;
  /** Of a submission's request. */
  readonly digest?: string;
  readonly retryCount: number;
  readonly delaySeconds: number;
  /** In epoch ms; `undefined` where the record does not say. */
  readonly dueAt: number | undefined;
}

/**
 * Reads what a record says of itself. Its `pollId` defaults to its messageId. What the poller keeps in a body counts only
 * in a message that says it comes from the poller, so that a submission's `sequence` and `proof` say nothing.
 */
export function claimantOf(record: SQSRecord): Claimant {
  // A body that is no JSON object says nothing: each of its messages is a poll of its own.
  const { body = {} } = recordFacts(record);
  const pollId = text(body.pollId) ?? record.messageId;
  const said = {
    pollId,
    retryCount: countOf(body.retryCount),
    delaySeconds: delayIn(body),
    dueAt: dueAtOf(body, record),
  };
  if (isSubmission(body)) {
    const digest = requestDigest(pollId, body);
    return { ...said, sequence: 0, copyId: record.messageId, isSubmission: true, digest };
  }
  const proof = text(body.proof);
  return {
    ...said,
    sequence: countOf(body.sequence),
    copyId: text(body.copyId) ?? record.messageId,
    isSubmission: false,
    ...(proof === undefined ? {} : { proof }),
  };
}

function delayIn({ delaySeconds }: JsonObject): number {
  const seconds = numberOf(delaySeconds) ?? DEFAULT_WAIT_SECONDS;
  return Math.min(Math.max(0, seconds), MAX_WAIT_SECONDS);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
