import type { RowState } from "../history/progress.ts";

/** A poll's row in the table: the highest sequence that was claimed, and by which copy. */
export interface PollRow {
  readonly seen: number;
  /** The copy that claimed it. */
  readonly owner: string;
  /** The claim's own id: one copy can claim more than once. */
  readonly claimId: string;
  /** Until when the owner's copy is being processed and cannot be claimed again, in epoch ms; 0 once given back. */
  readonly leaseUntil: number;
  /** The proof in every message that the poller sends for this poll; absent in a row of the previous version. */
  readonly proof?: string;
  /** The last claim by a version with proofs. If it differs from `claimId`, the previous version has claimed since. */
  readonly proofClaimId?: string;
  /** The digest of the first submission's request; absent when no submission made the row. */
  readonly digest?: string;
  /**
   * The last claim that was to make the poll's start. While it equals `claimId`, the start may have been made; each
   * later claim ends that.
   */
  readonly startClaimId?: string;
  /** What comes after that claim's start, packed; absent until the start was answered, and from the next claim on. */
  readonly next?: Uint8Array;
  /** When the poll started, in epoch ms, as the first claim of a start said. */
  readonly startedAt?: number;
  /** The claim after which somebody asked not to wait. It counts while it equals `claimId`. */
  readonly nudgedClaimId?: string;
  /** The packed outcome of the poll; absent until it has ended. */
  readonly outcome?: Uint8Array;
}

/** A record's claim to continue its poll. */
export interface Claim {
  readonly pollId: string;
  readonly sequence: number;
  /** Distinguishes a redelivery (the same copy) from a fork (another copy with the same sequence). */
  readonly copyId: string;
  /** Whether a sender submitted the message: its copyId is then its messageId, which a redrive changes. */
  readonly isSubmission: boolean;
  /** The message's proof, or a new one when it has none. The row keeps the first proof. */
  readonly proof: string;
  /** The digest of a submission's request. */
  readonly digest?: string;
  /** The poll's delay between requests, in ms. */
  readonly delayMs: number;
  /** Whether the record holds a start that must be made at most once. */
  readonly isStart?: true;
  /** When the poll started, in epoch ms; set when the record holds a start. The row keeps the first. */
  readonly startedAt?: number;
  /** The claim's unique id. */
  readonly claimId: string;
  /** Earlier claims for the same message, whose records were held while they were under way: none has asked. */
  readonly unaskedClaimIds?: readonly string[];
  /** In epoch ms. */
  readonly leaseUntil: number;
  /** When the row may be deleted, in epoch seconds. */
  readonly ttl: number;
  /** What the row says of its poll after this write, for people. Absent: the row says nothing. */
  readonly rowState?: RowState;
}

/** The result of a claim. */
export type ClaimDecision =
  /** The record continues its poll. The poll's later messages carry this proof, and after a start this start time. */
  | { readonly kind: "claimed"; readonly proof: string; readonly startedAt?: number }
  /** This copy (`itself`) or another one has a lease on the poll until `until`, in epoch ms. */
  | { readonly kind: "leased"; readonly owner: "itself" | "another"; readonly until: number }
  /**
   * The record is stale: its `successor` was received, or another `copy`, which is in the queue, continues the poll.
   */
  | { readonly kind: "superseded"; readonly by: "successor" | "copy" }
  /**
   * An earlier claim was to make the record's start and may have made it, so the record must not. It goes on as that
   * claim, with what came after the start; `next: undefined` when nobody knows.
   */
  | {
      readonly kind: "started";
      readonly claimId: string;
      readonly proof: string;
      readonly next: Uint8Array | undefined;
      readonly startedAt?: number;
    }
  /** The poll has ended, with this outcome. */
  | { readonly kind: "ended"; readonly outcome: Uint8Array }
  /** The row belongs to another poll: the submission has another request, or the poller did not send the message. */
  | { readonly kind: "taken" };

/**
 * Decides a claim.
 *
 * A submission has no copyId, and a redrive gives it a new messageId, so a redriven submission looks like a second
 * submission of the same poll. It therefore waits for the lease and then for the poll's own delay, within which the
 * first submission's successor must be received. If the successor came, the waiting submission is dropped. If not, the
 * first submission is lost, perhaps to the dead-letter queue, and the waiting one takes over. If the poll has ended,
 * it gets the outcome.
 *
 * A record that was held while its claim was under way does not know whether it was written, or its lease given back. Its
 * message names the claim. While the row still has that claim, nobody asks and nobody has asked since, so the message
 * goes on at once. If the lease of a start was given back, the row says what comes next, and that counts.
 *
 * A start is claimed once per sequence. The poller sends a message with a start and a higher sequence only when it
 * knows that the start before was not made, so such a message is granted like any other.
 *
 * @param row the poll's row as read; `undefined` when there is none
 * @param now in epoch ms
 */
export function decideClaim(row: PollRow | undefined, claim: Claim, now: number): ClaimDecision {
  const claimed = {
    kind: "claimed",
    proof: row?.proof ?? claim.proof,
    ...startTime(claim.startedAt === undefined ? undefined : (row?.startedAt ?? claim.startedAt)),
  } as const;
  // The row holds this very claim: the write succeeded, its answer was lost, and the client tried again.
  if (row === undefined || row.claimId === claim.claimId) return claimed;
  const { sequence, copyId, isSubmission, unaskedClaimIds = [] } = claim;
  const isNewer = sequence > row.seen;
  const isOwner = sequence === row.seen && copyId === row.owner;
  const isUnasked = sequence === row.seen && unaskedClaimIds.includes(row.claimId);
  const hasNotAsked = isUnasked && row.outcome === undefined && row.next === undefined;
  if (hasNotAsked && isOfThisPoll(row, claim)) return claimed;
  if ((isNewer || (isSubmission && !isOwner)) && !isOfThisPoll(row, claim))
    return { kind: "taken" };
  if (row.outcome !== undefined && (isNewer || isOwner || isSubmission)) {
    return { kind: "ended", outcome: row.outcome };
  }
  if (sequence < row.seen) return { kind: "superseded", by: "successor" };
  if (row.outcome !== undefined) return { kind: "superseded", by: "copy" };
  if (isNewer) return claimed;
  const { leaseUntil } = row;
  const granted = claim.isStart ? (earlierStart(row) ?? claimed) : claimed;
  if (isOwner) {
    return leaseUntil > now ? { kind: "leased", owner: "itself", until: leaseUntil } : granted;
  }
  if (!isSubmission) return { kind: "superseded", by: "copy" };
  return leaseUntil > takesOverFrom(claim, now)
    ? { kind: "leased", owner: "another", until: leaseUntil + claim.delayMs }
    : granted;
}

/** Whether a poll is to be asked without the rest of its wait. */
export function isNudged(row: {
  readonly claimId?: string | undefined;
  readonly nudgedClaimId?: string | undefined;
}): boolean {
  const { claimId, nudgedClaimId } = row;
  return nudgedClaimId !== undefined && nudgedClaimId === claimId;
}

/** In place of the id of who stops the poll's job: there is none, because the poll ended before one was started. */
export const NOTHING_TO_STOP = "nothing";

/** Whether the job of a poll was told to stop. */
export function wasAborted({
  abortClaimId,
}: {
  readonly abortClaimId?: string | undefined;
}): boolean {
  return abortClaimId !== undefined && abortClaimId !== NOTHING_TO_STOP;
}

/** The start that the row's claim was to make, if it was to make one. */
function earlierStart({ startClaimId, claimId, proof = "", next, startedAt }: PollRow) {
  return startClaimId === claimId
    ? ({ kind: "started", claimId, proof, next, ...startTime(startedAt) } as const)
    : undefined;
}

function startTime(startedAt: number | undefined): { readonly startedAt?: number } {
  return startedAt === undefined ? {} : { startedAt };
}

/**
 * Whether a message belongs to the row's poll: a submission is checked by its request's digest, any other message by
 * its proof. Both may be missing when the previous version made the row or was the last to claim it.
 */
function isOfThisPoll(row: PollRow, claim: Claim): boolean {
  const knewOfProofs = row.proofClaimId === row.claimId;
  if (!claim.isSubmission) return row.proof === claim.proof || !knewOfProofs;
  return row.digest === undefined ? !knewOfProofs : row.digest === claim.digest;
}

/** A submission takes over from a copy whose lease ended by this time, in epoch ms. A lease given back ended at 0. */
export function takesOverFrom({ delayMs }: Claim, now: number): number {
  return Math.max(0, now - delayMs);
}
