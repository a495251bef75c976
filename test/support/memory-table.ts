import { decideClaim, type PollRow } from "../../lib/fence/claim-decision.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";

export interface MemoryTable extends PollTable {
  readonly rows: Map<string, PollRow>;
}

/** The fence's table in memory. Calls run one at a time, like conditional writes of a row. */
export function memoryTable(): MemoryTable {
  const rows = new Map<string, PollRow>();
  return {
    rows,
    async claim(claim, now) {
      const decision = decideClaim(rows.get(claim.pollId), claim, now);
      if (decision.kind === "claimed") {
        const { sequence: seen, copyId: owner, claimId, leaseUntil } = claim;
        const digest = rows.get(claim.pollId)?.digest ?? claim.digest;
        rows.set(claim.pollId, {
          seen,
          owner,
          claimId,
          leaseUntil,
          proof: decision.proof,
          proofClaimId: claimId,
          ...(digest === undefined ? {} : { digest }),
        });
      }
      return decision;
    },
    async decide({ pollId }, outcome) {
      const row = rows.get(pollId);
      if (row === undefined) throw new Error(`no row for ${pollId}`);
      const counts = row.outcome ?? outcome;
      rows.set(pollId, { ...row, outcome: counts });
      return counts;
    },
    async giveBack({ pollId, claimId }) {
      const row = rows.get(pollId);
      if (row?.claimId === claimId) rows.set(pollId, { ...row, leaseUntil: 0 });
    },
    async keepLease({ pollId, claimId }, leaseUntil) {
      const row = rows.get(pollId);
      if (row?.claimId === claimId) rows.set(pollId, { ...row, leaseUntil });
    },
  };
}
