import type { Claim } from "../../lib/fence/claim-decision.ts";

/**
 * Makes claims of polls, each poll and each claim another one.
 *
 * @param now in epoch ms
 */
export function sampleClaims(now: number) {
  let polls = 0;
  let claims = 0;
  return {
    newPollId: () => `poll-${++polls}`,
    claim: (pollId: string, more: Partial<Claim> = {}): Claim => ({
      pollId,
      sequence: 3,
      copyId: "c",
      isSubmission: false,
      proof: "proof",
      delayMs: 0,
      claimId: `claim ${++claims}`,
      leaseUntil: now + 1000,
      ttl: 1_800_000_000,
      ...more,
    }),
  };
}
