import { type Claim, decideClaim, type PollRow } from "../../lib/fence/claim-decision.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";

export interface MemoryTable extends PollTable {
  readonly rows: Map<string, PollRow>;
  /** The id that has marked the abort of a poll's job, by pollId. */
  readonly aborts: ReadonlyMap<string, string>;
  /** Cancels a poll, as `cancelWrite` does. @returns whether it had not ended */
  cancel(pollId: string, outcome: Uint8Array): boolean;
}

/** The fence's table in memory. Calls run one at a time, like conditional writes of a row. */
export function memoryTable(): MemoryTable {
  const rows = new Map<string, PollRow>();
  const write = (
    claim: Claim,
    { proof, startedAt }: Pick<PollRow, "startedAt"> & { readonly proof: string },
  ): void => {
    const { sequence: seen, copyId: owner, claimId, leaseUntil, isStart } = claim;
    const { next, ...row }: Partial<PollRow> = rows.get(claim.pollId) ?? {};
    const digest = row.digest ?? claim.digest;
    rows.set(claim.pollId, {
      ...row,
      ...(next === undefined || isStart ? {} : { next }),
      ...(isStart ? { startClaimId: claimId } : {}),
      ...(startedAt === undefined ? {} : { startedAt }),
      seen,
      owner,
      claimId,
      leaseUntil,
      proof,
      proofClaimId: claimId,
      ...(digest === undefined ? {} : { digest }),
    });
  };
  const aborts = new Map<string, string>();
  return {
    rows,
    aborts,
    cancel(pollId, outcome) {
      const row = rows.get(pollId);
      if (row?.outcome !== undefined) return false;
      const unclaimed = { seen: -1, owner: "none", claimId: "none", leaseUntil: 0 };
      rows.set(pollId, { ...(row ?? unclaimed), outcome });
      return true;
    },
    async markAbort(pollId, abortClaimId, { onlyClaimed = false } = {}) {
      const row = rows.get(pollId);
      if (row?.outcome === undefined || (onlyClaimed && row.seen < 0)) return false;
      const first = aborts.get(pollId) ?? abortClaimId;
      aborts.set(pollId, first);
      return first === abortClaimId;
    },
    async claim(claim, now) {
      const decision = decideClaim(rows.get(claim.pollId), claim, now);
      if (decision.kind === "claimed") write(claim, decision);
      return decision;
    },
    async claimAndDecide(claim, outcome) {
      const decision = decideClaim(rows.get(claim.pollId), claim, Number.MAX_SAFE_INTEGER);
      if (decision.kind !== "claimed") return decision;
      write(claim, decision);
      const row = rows.get(claim.pollId);
      if (row !== undefined) rows.set(claim.pollId, { ...row, outcome });
      return decision;
    },
    async decide({ pollId, claimId }, outcome, { isUnknownStart = false } = {}) {
      const row = rows.get(pollId);
      if (row === undefined) throw new Error(`no row for ${pollId}`);
      const counts = row.outcome ?? outcome;
      const wentOn = row.claimId !== claimId || row.next !== undefined;
      if (isUnknownStart && row.outcome === undefined && wentOn) throw new Error("it went on");
      rows.set(pollId, { ...row, outcome: counts });
      return counts;
    },
    async keepNext({ pollId, claimId }, next) {
      const row = rows.get(pollId);
      if (row?.claimId === claimId && row.outcome === undefined) rows.set(pollId, { ...row, next });
    },
    async giveBack({ pollId, claimId }, { next } = {}) {
      const row = rows.get(pollId);
      if (row?.claimId !== claimId) return;
      rows.set(pollId, { ...row, leaseUntil: 0, ...(next === undefined ? {} : { next }) });
    },
    async keepLease({ pollId, claimId }, leaseUntil) {
      const row = rows.get(pollId);
      if (row?.claimId === claimId) rows.set(pollId, { ...row, leaseUntil });
    },
    find: async (pollId) => rows.get(pollId),
  };
}
