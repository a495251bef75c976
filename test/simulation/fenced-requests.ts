import type { Claim } from "../../lib/fence/claim-decision.ts";
import type { Run } from "./ledger.ts";

type Claimed = Pick<Claim, "pollId" | "sequence" | "copyId" | "isSubmission">;

/** The request that was made for a sequence. */
interface Attempt {
  copyId: string;
  /** When its answer lets the next one be made, in epoch ms; 0 where it has none, or it does not count any more. */
  nextDueAt: number;
}

/** A request under way. */
export interface FencedRequest {
  readonly pollId: string;
  /** Whose it is; `undefined` where a run has claimed the poll for two of its records, and it cannot be told. */
  readonly claim: Claimed | undefined;
}

/**
 * Sees what the fence promises of the requests of one poll: each sequence is one copy's, and is asked by one run at a
 * time, whatever fails and though clocks differ by ten seconds: a request ends that long before its function, and the
 * lease after it. Two sequences can be asked at once, where a fault brought the earlier one back: not without one.
 * At sequence 0 another submission may take over, but not before what the first one is waiting for is due; a lease that
 * was given back says that it waits for nothing.
 */
export class FencedRequests {
  readonly #claims = new WeakMap<Run, Claimed[]>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #underWay = new Map<string, Set<FencedRequest>>();

  claimed(run: Run, claim: Claimed): void {
    const claims = this.#claims.get(run) ?? [];
    this.#claims.set(run, [...claims, claim]);
  }

  /** A run has died, and what its answers have asked for with it. */
  died(run: Run): void {
    for (const claim of this.#claims.get(run) ?? []) this.gaveBack(claim);
  }

  gaveBack(claim: Claimed): void {
    const attempt = this.#attempts.get(keyOf(claim));
    if (attempt?.copyId === claim.copyId) attempt.nextDueAt = 0;
  }

  /**
   * A request starts.
   *
   * @param faults that hit its poll: its second submissions are among them
   * @param slackMs how much too early is in time
   * @param say called with what must not be
   */
  begin(
    run: Run,
    pollId: string,
    { now, faults, slackMs }: { readonly now: number; faults: number; slackMs: number },
    say: (violation: string) => void,
  ): FencedRequest {
    const claims = this.#claims.get(run)?.filter((claim) => claim.pollId === pollId) ?? [];
    const request = { pollId, claim: claims.length === 1 ? claims[0] : undefined };
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

  /** It has ended. @param nextDueAt in epoch ms; `undefined`: without an answer */
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
