import type { SQSRecord } from "aws-lambda";
import { type Completed, type Held, isPoison } from "../batch/record-result.ts";
import type { RunCall } from "./call-limits.ts";
import { type Claim, decideClaim, isNudged } from "./claim-decision.ts";
import type { NotClaimed } from "./claim-record.ts";
import { type Claimant, claimantOf } from "./claimant.ts";
import type { Fence } from "./fence.ts";
import type { FenceRecords } from "./fence-records.ts";
import type { PollTable } from "./poll-table.ts";

/** What the look of a waiting record needs of the fence. */
export interface LookPorts {
  readonly table: PollTable;
  readonly records: FenceRecords;
  readonly runCall: RunCall;
  readonly claimOf: (claimant: Claimant, remainingMs: number) => Claim;
  /** The result of a record that must not go on. */
  readonly notClaimed: (
    record: SQSRecord,
    decision: NotClaimed,
    claimant: Claimant,
  ) => Completed | Held;
  readonly warn: (record: SQSRecord, message: string, error: unknown) => void;
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/** Makes the look of a waiting record at its poll's row: one read. */
export function createLook(ports: LookPorts): Fence["lookWhileWaiting"] {
  const { table, records, runCall, claimOf, notClaimed, warn, now } = ports;
  return async (record, { signal }) => {
    const claimant = claimantOf(record);
    try {
      const row = await runCall(signal, () => table.find(claimant.pollId, { signal }));
      if (row === undefined) return undefined;
      if (row.outcome === undefined) {
        if (!isNudged(row)) return undefined;
        records.nudged.add(record);
        return "nudged";
      }
      const decision = decideClaim(row, claimOf(claimant, 0), now());
      // A row with an outcome refuses each claim, and does not change any more.
      const isOver = decision.kind !== "claimed" && decision.kind !== "started";
      return isOver ? notClaimed(record, decision, claimant) : undefined;
    } catch (error) {
      if (isPoison(error)) throw error;
      warn(record, "not known whether a waiting poll was cancelled or nudged", error);
      return undefined;
    }
  };
}
