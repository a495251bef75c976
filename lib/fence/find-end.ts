import type { SQSRecord } from "aws-lambda";
import { type Completed, type Held, isPoison } from "../batch/record-result.ts";
import type { RunCall } from "./call-limits.ts";
import { type Claim, decideClaim } from "./claim-decision.ts";
import type { NotClaimed } from "./claim-record.ts";
import { type Claimant, claimantOf } from "./claimant.ts";
import type { Fence } from "./fence.ts";
import type { PollTable } from "./poll-table.ts";

/** What the look for an end needs of the fence. */
export interface FindEndPorts {
  readonly table: PollTable;
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

/** Makes the look of a waiting record for the end of its poll: one read of its row. */
export function createFindEnd(ports: FindEndPorts): Fence["findEnd"] {
  const { table, runCall, claimOf, notClaimed, warn, now } = ports;
  return async (record, { signal }) => {
    const claimant = claimantOf(record);
    try {
      const row = await runCall(signal, () => table.find(claimant.pollId, { signal }));
      if (row?.outcome === undefined) return undefined;
      const decision = decideClaim(row, claimOf(claimant, 0), now());
      // A row with an outcome refuses each claim, and does not change any more.
      const isOver = decision.kind !== "claimed" && decision.kind !== "started";
      return isOver ? notClaimed(record, decision, claimant) : undefined;
    } catch (error) {
      if (isPoison(error)) throw error;
      warn(record, "not known whether a waiting poll was cancelled", error);
      return undefined;
    }
  };
}
