import type { SQSRecord } from "aws-lambda";
import type { Claim } from "./claim-decision.ts";
import type { ClaimedStart } from "./claimed-start.ts";
import { createEndedRecords } from "./ended-records.ts";
import type { Successor } from "./fence.ts";

/** What a fence knows of the records that its invocations process. */
export type FenceRecords = ReturnType<typeof createFenceRecords>;

export function createFenceRecords() {
  /** Every claim that was sent: it may have been written even when its call failed. */
  const claims = new WeakMap<SQSRecord, Claim>();
  const successors = new WeakMap<SQSRecord, Successor>();
  const starts = new WeakMap<SQSRecord, ClaimedStart>();
  /** Records that claimed a start whose answer nobody knows. */
  const unknownStarts = new WeakSet<SQSRecord>();
  /** Records whose next messages say that their claims lead to no request. */
  const unasked = new WeakSet<SQSRecord>();
  /** Records that need not wait any more. */
  const nudged = new WeakSet<SQSRecord>();
  const ended = createEndedRecords();

  /** Forgets the claim of a record: it was not written, or is over. */
  const forget = (record: SQSRecord): void => {
    claims.delete(record);
    starts.delete(record);
  };

  return {
    claims,
    successors,
    starts,
    unknownStarts,
    unasked,
    nudged,
    ended,
    forget,
    /** Notes that a record's poll has ended. */
    noteEnd(record: SQSRecord): void {
      forget(record);
      successors.delete(record);
      ended.add(record);
    },
  };
}
