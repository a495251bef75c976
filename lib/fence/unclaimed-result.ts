import {
  type Completed,
  completed,
  type Held,
  held,
  PoisonRecordError,
  RetryLaterError,
} from "../batch/record-result.ts";
import { isJsonObject, type JsonObject } from "../json/json.ts";
import type { ClaimDecision } from "./claim-decision.ts";
import type { Claimant } from "./claimant.ts";
import { unpackOutcome } from "./packed-outcome.ts";
import { withContext } from "./with-context.ts";

/** A record that waits for a lease comes back this much later, in seconds: coming too early would waste a receive. */
const AFTER_LEASE_SECONDS = 5;

const OTHER_REQUEST = "pollId: is taken by a poll with another request; choose another one";
const NOT_OURS =
  "pollId: is taken by another poll; this message claims to come from the poller, but the poller did not send it; " +
  "leave out sequence, copyId and proof, and choose another pollId";

/**
 * The result of a record that may not continue its poll.
 *
 * @param messageId the record's
 * @param body the record's, if it is a JSON object
 * @param now in epoch ms
 * @param afterLeaseSeconds how long a copy that is being processed elsewhere waits after its lease
 * @throws {RetryLaterError} when this same copy is being processed elsewhere
 * @throws {PoisonRecordError} when another poll has the pollId
 */
export function unclaimedResult(
  decision: Exclude<ClaimDecision, { kind: "claimed" | "started" }>,
  claimant: Claimant,
  { messageId, body }: { readonly messageId: string; readonly body: JsonObject | undefined },
  now: number,
  afterLeaseSeconds: number,
): Completed | Held {
  switch (decision.kind) {
    case "leased":
      if (decision.owner === "itself") {
        const waiting = { until: decision.until, afterLeaseSeconds };
        throw leased("this copy is being processed", waiting, now);
      }
      refuseUnmarked(claimant, messageId);
      return held({ delaySeconds: secondsUntil(decision.until, now) + AFTER_LEASE_SECONDS });
    case "ended":
      return decided(decision.outcome, body);
    case "taken":
      throw new PoisonRecordError(claimant.isSubmission ? OTHER_REQUEST : NOT_OURS);
    case "superseded":
      return completed();
  }
}

/**
 * The result with a decided outcome.
 *
 * @param body the record's, if it is a JSON object
 * @param own the handler's outcome, when it was decided now; `undefined` when the outcome was decided before
 */
export function decided(
  packed: Uint8Array,
  body: JsonObject | undefined,
  own?: Completed["outcome"],
): Completed {
  const json = unpackOutcome(packed);
  if (json === undefined) return completed();
  if (own !== undefined) return { kind: "completed", outcome: own, json, isInTable: true };
  const outcome: unknown = JSON.parse(json);
  if (isJsonObject(outcome)) {
    return { kind: "completed", ...withContext({ outcome, json }, body), isInTable: true };
  }
  throw new TypeError(
    "the outcome in the poll's row is not a JSON object: was the row changed by hand?",
  );
}

/** The rejection of a record that comes back after a lease, which lasts until `until`, in epoch ms. */
export function leased(
  what: string,
  { until, afterLeaseSeconds = 0 }: { readonly until: number; readonly afterLeaseSeconds?: number },
  now: number,
  cause?: unknown,
): RetryLaterError {
  const seconds = secondsUntil(until, now);
  const because = cause instanceof Error ? ` (${cause.name}: ${cause.message})` : "";
  return new RetryLaterError(`${what}; its lease ends in ${seconds} s${because}`, {
    retryAfterSeconds: seconds + AFTER_LEASE_SECONDS + afterLeaseSeconds,
    cause,
  });
}

function secondsUntil(time: number, now: number): number {
  return Math.max(0, Math.ceil((time - now) / 1000));
}

/** Without a copyId, a requeued record would count as a second submission, and wait for its own poll's lease. */
function refuseUnmarked({ isSubmission, retryCount }: Claimant, messageId: string): void {
  if (!isSubmission || retryCount === 0) return;
  throw new TypeError(
    `record ${messageId} was requeued without a copyId: give requeuePending next: nextPollMessage({ fence })`,
  );
}
