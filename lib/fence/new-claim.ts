import { MAX_WAIT_SECONDS, ROW_KEPT_SECONDS } from "../limits.ts";
import type { Claim } from "./claim-decision.ts";
import type { Claimant } from "./claimant.ts";

/** A lease ends this much later than its invocation, in ms, because clocks differ. */
const LEASE_MARGIN_MS = 2000;

/** What a claim needs besides its record. */
export interface ClaimPorts {
  /** The clock, in epoch ms. */
  readonly now: () => number;
  readonly newClaimId: () => string;
  readonly newProof: () => string;
  /** How many messages of a poll there are between two claims. */
  readonly checkpointEvery: number;
}

/** Makes the claim of a record. @param remainingMs how long its invocation can still last */
export function newClaim(
  claimant: Claimant,
  remainingMs: number,
  { now, newClaimId, newProof, checkpointEvery }: ClaimPorts,
): Claim {
  const { pollId, sequence, copyId, isSubmission, proof, digest, delaySeconds } = claimant;
  const { unaskedClaimIds } = claimant;
  const rowKeptSeconds = ROW_KEPT_SECONDS + (checkpointEvery - 1) * MAX_WAIT_SECONDS;
  return {
    pollId,
    sequence,
    copyId,
    isSubmission,
    proof: proof ?? newProof(),
    ...(digest === undefined ? {} : { digest }),
    delayMs: delaySeconds * 1000,
    claimId: newClaimId(),
    ...(unaskedClaimIds.length === 0 ? {} : { unaskedClaimIds }),
    leaseUntil: Math.ceil(now() + remainingMs) + LEASE_MARGIN_MS,
    ttl: Math.ceil(now() / 1000) + rowKeptSeconds,
  };
}
