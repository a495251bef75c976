/** What the table knows of one poll: the highest sequence that was claimed, and by whom. */
export interface PollRow {
  readonly seen: number;
  /** The copy that claimed it. */
  readonly owner: string;
  /** The claim itself: one copy can claim more than once. */
  readonly claimId: string;
  /** Until when nobody else may process the owner's copy, in epoch ms; 0 once given back. */
  readonly leaseUntil: number;
  /** What every message that the poller sends for this poll carries; absent in a row of the version before. */
  readonly proof?: string;
  /** The last claim that knew of proofs. Another than `claimId`: the version before has claimed since. */
  readonly proofClaimId?: string;
  /** Of the request in the first submission; absent where no submission made the row. */
  readonly digest?: string;
  /** How the poll ended, packed; absent while it lives. */
  readonly outcome?: Uint8Array;
}

/** A record that asks to be the one that goes on with its poll. */
export interface Claim {
  readonly pollId: string;
  readonly sequence: number;
  /** Tells a redelivery, the same copy, from a fork, another copy of the same sequence. */
  readonly copyId: string;
  /** A message that the poller never sent: its copyId is its messageId, which a redrive changes. */
  readonly isSubmission: boolean;
  /** The message's own; a new one where it has none. The row keeps the first. */
  readonly proof: string;
  /** Of a submission's request. */
  readonly digest?: string;
  /** What its poll waits between requests, in ms. */
  readonly delayMs: number;
  /** An id that no other claim has. */
  readonly claimId: string;
  /** In epoch ms. */
  readonly leaseUntil: number;
  /** When the row may be deleted, in epoch seconds. */
  readonly ttl: number;
}

/** What a claim comes to. */
export type ClaimDecision =
  /** The record goes on with its poll, whose further messages carry this proof. */
  | { readonly kind: "claimed"; readonly proof: string }
  /** The poll is its `owner`'s, this very copy's or another's, until `until`, epoch ms: its processing may have died. */
  | { readonly kind: "leased"; readonly owner: "itself" | "another"; readonly until: number }
  /** Stale: its `successor` was received, or another `copy` of it goes on, whose message stands in a queue. */
  | { readonly kind: "superseded"; readonly by: "successor" | "copy" }
  /** The poll has ended, with this outcome. */
  | { readonly kind: "ended"; readonly outcome: Uint8Array }
  /** The row is another poll's: the message has another request than its submission, or the poller did not send it. */
  | { readonly kind: "taken" };

/**
 * Decides a claim.
 *
 * A submission has no copyId of its own, and a redrive gives it a new messageId: it cannot be told from a second
 * submission of the same poll. So it waits until the successor of the one before it must have come, for the lease and
 * the poll's own delay: then it is dropped; and if none came it takes over, for the one before it has died, and where
 * SQS dead-lettered that one it is all that is left of the poll. When the poll has ended it gets the outcome.
 *
 * @param row the poll's row as read; `undefined` when there is none
 * @param now in epoch ms
 */
export function decideClaim(row: PollRow | undefined, claim: Claim, now: number): ClaimDecision {
  const claimed = { kind: "claimed", proof: row?.proof ?? claim.proof } as const;
  // The row's own claim: the write was done though its answer was lost, and the client tried again.
  if (row === undefined || row.claimId === claim.claimId) return claimed;
  const { sequence, copyId, isSubmission } = claim;
  const isNewer = sequence > row.seen;
  const isOwner = sequence === row.seen && copyId === row.owner;
  if ((isNewer || (isSubmission && !isOwner)) && !isOfThisPoll(row, claim))
    return { kind: "taken" };
  if (row.outcome !== undefined && (isNewer || isOwner || isSubmission)) {
    return { kind: "ended", outcome: row.outcome };
  }
  if (sequence < row.seen) return { kind: "superseded", by: "successor" };
  if (row.outcome !== undefined) return { kind: "superseded", by: "copy" };
  if (isNewer) return claimed;
  const { leaseUntil } = row;
  if (isOwner) {
    return leaseUntil > now ? { kind: "leased", owner: "itself", until: leaseUntil } : claimed;
  }
  if (!isSubmission) return { kind: "superseded", by: "copy" };
  return leaseUntil > takesOverFrom(claim, now)
    ? { kind: "leased", owner: "another", until: leaseUntil + claim.delayMs }
    : claimed;
}

/**
 * Whether a message belongs to the poll that has the row: a submission by its request, any other by the proof that the
 * poller gave it. Where the version before has made the row, or was the last to claim it, there may be neither.
 */
function isOfThisPoll(row: PollRow, claim: Claim): boolean {
  const knewOfProofs = row.proofClaimId === row.claimId;
  if (!claim.isSubmission) return row.proof === claim.proof || !knewOfProofs;
  return row.digest === undefined ? !knewOfProofs : row.digest === claim.digest;
}

/** A submission takes over from another copy whose lease ended by this time, epoch ms; one given back ended at 0. */
export function takesOverFrom({ delayMs }: Claim, now: number): number {
  return Math.max(0, now - delayMs);
}
