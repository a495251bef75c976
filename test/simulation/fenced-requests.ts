import type { Claim } from "../../lib/fence/claim-decision.ts";
import type { Run } from "./history.ts";

type Claimed = Pick<Claim, "pollId" | "sequence" | "copyId" | "isSubmission">;

/** The request that was made for a sequence. */
interface Attempt {
  copyId: string;
  /** When its answer allows the next request, in epoch ms; 0 without an answer, or when the answer no longer counts. */
  nextDueAt: number;
}

/** A request in progress. */
export interface FencedRequest {
  readonly pollId: string;
  /** Its claim; `undefined` when its run has claimed the poll for two records: then its claim is unknown. */
  readonly claim: Claimed | undefined;
}

/**
 * Checks the fence's guarantees for the requests of each poll. Each sequence belongs to one copy, and only one run at a
 * time makes its request, despite all faults and clocks that differ by ten seconds: a request ends that long before its
 * function does, and its lease that long after it. Two sequences can have requests at once only after a fault brought
 * the earlier one back. At sequence 0 another submission may take over, but not before the request that the first one
 * waits for is due; a lease that was given back means that it waits for nothing.
 */
export class FencedRequests {
  readonly #claims = new WeakMap<Run, Claimed[]>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #underWay = new Map<string, Set<FencedRequest>>();

  claimed(run: Run, claim: Claimed): void {
    const claims = this.#claims.get(run) ?? [];
    this.#claims.set(run, [...claims, claim]);
  }

  /** A run has died: the delays that its answers asked for no longer count. */
  died(run: Run): void {
    for (const claim of this.#claims.get(run) ?? []) this.gaveBack(claim);
  }

  gaveBack(claim: Claimed): void {
    const attempt = this.#attempts.get(keyOf(claim));
    if (attempt?.copyId === claim.copyId) attempt.nextDueAt = 0;
  }

  /**
   * Begins a request. One without a claim, between two checkpoints, may be under way beside others.
   *
   * @param faults the number of faults of its poll, including second submissions
   * @param slackMs how many ms too early are still allowed
   * @param say called with each violation
   */
  begin(
    { run, pollId, isClaimKnown }: { readonly run: Run; pollId: string; isClaimKnown: boolean },
    { now, faults, slackMs }: { readonly now: number; faults: number; slackMs: number },
    say: (violation: string) => void,
  ): FencedRequest {
    const claims = this.#claims.get(run)?.filter((claim) => claim.pollId === pollId) ?? [];
    const request = { pollId, claim: isClaimKnown && claims.length === 1 ? claims[0] : undefined };
    const underWay = this.#underWay.get(pollId) ?? new Set();
    this.#underWay.set(pollId, underWay.add(request));
    if (underWay.size > 1 + faults) say(`${underWay.size} requests at once after ${faults} faults`);
    const { claim } = request;
    if (claim === undefined) return request;
    const { sequence, copyId, isSubmission } = claim;
    const isAskedTwice = [...underWay].some(
      (other) => other !== request && other.claim?.sequence === sequence,
    );
    if (isAskedTwice) say(`sequence ${sequence} is asked twice at once`);
    const attempt = this.#attempts.get(keyOf(claim)) ?? { copyId, nextDueAt: 0 };
    if (attempt.copyId !== copyId) {
      const earlyMs = attempt.nextDueAt - now - slackMs;
      if (!isSubmission) say(`sequence ${sequence} is asked by two copies`);
      else if (earlyMs > 0) say(`a second submission asked ${Math.ceil(earlyMs)} ms out of turn`);
    }
    this.#attempts.set(keyOf(claim), { ...attempt, copyId });
    return request;
  }

  /** Ends the request. @param nextDueAt in epoch ms; `undefined`: it got no answer */
  end(request: FencedRequest, nextDueAt: number | undefined): void {
    const { pollId, claim } = request;
    this.#underWay.get(pollId)?.delete(request);
    const attempt = claim && this.#attempts.get(keyOf(claim));
    if (attempt === undefined || nextDueAt === undefined) return;
    if (attempt.copyId === claim?.copyId) attempt.nextDueAt = nextDueAt;
  }
}

function keyOf({ pollId, sequence }: Claimed): string {
  return `${pollId}/${sequence}`;
}
