import type { SQSRecord } from "aws-lambda";
import { countOf, dueAtOf, isSubmission, receiveCountOf } from "../batch/poll-facts.ts";
import { recordFacts } from "../batch/record-facts.ts";
import { type JsonObject, numberOf } from "../json/json.ts";
import { DEFAULT_WAIT_SECONDS, MAX_UNASKED_CLAIMS, MAX_WAIT_SECONDS } from "../limits.ts";
import { requestDigest } from "./request-digest.ts";

/** The parts of a record that the fence needs. */
export interface Claimant {
  readonly pollId: string;
  readonly sequence: number;
  readonly copyId: string;
  /** Whether a sender submitted the message, and no requeue made it: its messageId then serves as copyId. */
  readonly isSubmission: boolean;
  /** Proves that the poller sent the message. */
  readonly proof?: string;
  /** The digest of a submission's request. */
  readonly digest?: string;
  /** Claims for this message that were under way when it was held. */
  readonly unaskedClaimIds: readonly string[];
  /** Whether SQS has delivered the message before. */
  readonly isRedelivered: boolean;
  /** Whether the poll has ended, with an outcome that is still to be delivered. */
  readonly isUndelivered: boolean;
  readonly retryCount: number;
  readonly delaySeconds: number;
  /** In epoch ms; `undefined` when unknown. */
  readonly dueAt: number | undefined;
}

/**
 * Reads a record for the fence. Its `pollId` defaults to its messageId. The poller's own fields count only in a message
 * that comes from the poller: a submission's `sequence` and `proof` are ignored.
 */
export function claimantOf(record: SQSRecord): Claimant {
  // A body that is not a JSON object has no fields: each such message is its own poll.
  const { body = {} } = recordFacts(record);
  const pollId = text(body.pollId) ?? record.messageId;
  const said = {
    pollId,
    unaskedClaimIds: unaskedClaimIdsIn(body),
    isRedelivered: receiveCountOf(record) > 1,
    isUndelivered: body.undelivered !== undefined,
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

/** Like proofs, ids of claims stand only in the row and in the poller's messages: a sender cannot know them. */
function unaskedClaimIdsIn({ unaskedClaimIds: ids }: JsonObject): readonly string[] {
  if (!Array.isArray(ids)) return [];
  return ids.flatMap((id) => text(id) ?? []).slice(-MAX_UNASKED_CLAIMS);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
