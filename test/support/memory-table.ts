import {
  type Claim,
  decideClaim,
  NOTHING_TO_STOP,
  type PollRow,
} from "../../lib/fence/claim-decision.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";
import type { RowState } from "../../lib/history/progress.ts";

/** What a row says for people. */
type RowNotes = Partial<RowState> & { readonly undelivered?: string; readonly refusals?: number };

export interface MemoryTable extends Required<PollTable> {
  readonly rows: Map<string, PollRow>;
  /** What the rows say for people, by pollId. */
  readonly notes: ReadonlyMap<string, RowNotes>;
  /** The id that has marked the abort of a poll's job, by pollId. */
  readonly aborts: ReadonlyMap<string, string>;
  /** Cancels a poll, as `cancelWrite` does. @param now in epoch ms. @returns whether it had not ended */
  cancel(pollId: string, outcome: Uint8Array, now?: number): boolean;
  /** Nudges a poll, as `nudgeWrite` does. @returns whether it goes on */
  nudge(pollId: string): boolean;
}

/** The fence's table in memory. Calls run one at a time, like conditional writes of a row. */
export function memoryTable(): MemoryTable {
  const rows = new Map<string, PollRow>();
  const notes = new Map<string, RowNotes>();
  const note = (pollId: string, more: RowNotes | undefined): void => {
    if (more !== undefined) notes.set(pollId, { ...notes.get(pollId), ...more });
  };
  const write = (
    claim: Claim,
    { proof, startedAt }: Pick<PollRow, "startedAt"> & { readonly proof: string },
  ): void => {
    const { sequence: seen, copyId: owner, claimId, leaseUntil, isStart } = claim;
    const { next, startClaimId, nudgedClaimId, ...row }: Partial<PollRow> =
      rows.get(claim.pollId) ?? {};
    const digest = row.digest ?? claim.digest;
    rows.set(claim.pollId, {
      ...row,
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
    note(claim.pollId, claim.rowState);
  };
  const aborts = new Map<string, string>();
  return {
    rows,
    notes,
    aborts,
    cancel(pollId, outcome, now = 0) {
      const row = rows.get(pollId);
      if (row?.outcome !== undefined) return false;
      const unclaimed = { seen: -1, owner: "none", claimId: "none", leaseUntil: 0 };
      rows.set(pollId, { ...(row ?? unclaimed), outcome });
      note(pollId, { state: "cancelled", changedAt: now });
      return true;
    },
    nudge(pollId) {
      const row = rows.get(pollId);
      if (row === undefined || row.outcome !== undefined) return false;
      rows.set(pollId, { ...row, nudgedClaimId: row.claimId });
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
    async decide({ pollId, claimId, rowState }, outcome, options = {}) {
      const { isUnknownStart = false, hasStartedNothing = false } = options;
      const row = rows.get(pollId);
      if (row === undefined) throw new Error(`no row for ${pollId}`);
      if (row.outcome !== undefined) return row.outcome;
      const wentOn = row.claimId !== claimId || row.next !== undefined;
      if (isUnknownStart && wentOn) throw new Error("it went on");
      if (hasStartedNothing) aborts.set(pollId, NOTHING_TO_STOP);
      rows.set(pollId, { ...row, outcome });
      note(pollId, rowState);
      return outcome;
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
    async keepLease({ pollId, claimId }, leaseUntil, { rowState } = {}) {
      const row = rows.get(pollId);
      if (row?.claimId !== claimId || row.outcome !== undefined) return;
      rows.set(pollId, { ...row, leaseUntil });
      note(pollId, rowState);
    },
    async writeState(pollId, by, rowState) {
      const row = rows.get(pollId);
      if (row === undefined || row.outcome !== undefined) return;
      const { changedAt = Number.POSITIVE_INFINITY } = notes.get(pollId) ?? {};
      const isCurrent =
        "claimId" in by
          ? by.claimId === row.claimId
          : by.proof === row.proof && row.seen < by.sequence && changedAt <= rowState.changedAt;
      if (isCurrent) note(pollId, rowState);
    },
    async writeDelivery(pollId, { attempts, since }) {
      const { undelivered: _, refusals = -1, ...said } = notes.get(pollId) ?? {};
      const isNewer = since === undefined ? refusals <= attempts : refusals < attempts;
      if (rows.get(pollId)?.outcome === undefined || !isNewer) return;
      const more = since !== undefined && { undelivered: JSON.stringify({ since, attempts }) };
      notes.set(pollId, { ...said, refusals: attempts, ...more });
    },
    find: async (pollId) => rows.get(pollId),
  };
}
