import type { SQSRecord } from "aws-lambda";
import { functionRemainingMs } from "../batch/deadline.ts";
import type { RecordControl } from "../batch/each-record.ts";
import { recordFacts } from "../batch/record-facts.ts";
import { type Completed, type Held, held, type RecordResult } from "../batch/record-result.ts";
import { asking } from "../history/record-progress.ts";
import { nextSequence } from "./checkpoint.ts";
import type { Claim, ClaimDecision } from "./claim-decision.ts";
import { type Claimant, claimantOf } from "./claimant.ts";
import type { StartToClaim, Successor } from "./fence.ts";
import type { FenceRecords } from "./fence-records.ts";
import { resultOfNext, unpackNext } from "./next-message.ts";
import { isTableRefusal, type PollTable } from "./poll-table.ts";

/** What a claim needs of the fence. */
export interface ClaimRecordPorts {
  readonly table: PollTable;
  readonly records: FenceRecords;
  readonly claimOf: (claimant: Claimant, remainingMs: number) => Claim;
  /** The result of a record that must not go on. */
  readonly notClaimed: (record: SQSRecord, decision: NotClaimed, claimant: Claimant) => NotAsked;
  /** Holds a record whose claim the table refused. */
  readonly holdRefused: (record: SQSRecord, claimant: Claimant, refusal: Error) => Held;
  readonly keepsHistory: boolean;
  readonly checkpointEvery: number;
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/** Why a record must not go on. */
export type NotClaimed = Exclude<ClaimDecision, { kind: "claimed" | "started" }>;

type NotAsked = Completed | Held;

/** Makes the function that claims a record's poll by one call of the table. */
export function createClaimRecord(ports: ClaimRecordPorts) {
  const { table, records, claimOf, notClaimed, holdRefused, now } = ports;
  const { keepsHistory, checkpointEvery } = ports;

  return async (
    record: SQSRecord,
    { context, signal }: RecordControl,
    start: StartToClaim | undefined,
  ): Promise<RecordResult | undefined> => {
    // The batch ended while the call waited for its place: the table was not called.
    if (signal.aborted) return held();
    const claimant = claimantOf(record);
    const claim = {
      ...claimOf(claimant, functionRemainingMs(context)),
      ...(keepsHistory && { rowState: asking(record, now()) }),
      ...(start && { startedAt: start.startedAt }),
      ...(start?.unknown && ({ isStart: true } as const)),
    };
    // Set before the call: if its answer is lost, the claim may have been written and has a lease to give back.
    records.claims.set(record, claim);
    if (start?.unknown) records.starts.set(record, { wasSent: false });
    let decision: ClaimDecision;
    try {
      decision = await table.claim(claim, now(), { signal });
    } catch (error) {
      if (!isTableRefusal(error)) throw error;
      records.forget(record);
      return holdRefused(record, claimant, error);
    }
    const goOn = ({ proof, startedAt }: Pick<Successor, "proof" | "startedAt">) => {
      const { pollId } = claim;
      const sequence = nextSequence(claim.sequence, start?.unknown !== undefined, checkpointEvery);
      const said = startedAt === undefined ? {} : { startedAt };
      records.successors.set(record, { pollId, sequence, proof, ...said });
    };
    // The batch ended, or somebody's time limit, so the record is already held. settleLeases gives its lease back.
    const isTooLate = signal.aborted || records.unasked.has(record);
    if (decision.kind === "claimed") {
      if (isTooLate) return held();
      goOn(decision);
      return undefined;
    }
    records.forget(record);
    if (decision.kind !== "started") return notClaimed(record, decision, claimant);
    if (isTooLate) return held();
    // The record continues as the claim that made the start. Its lease is over, and stays so.
    const { claimId } = decision;
    records.claims.set(record, { ...claim, claimId, isSubmission: false, leaseUntil: 0 });
    goOn(decision);
    if (decision.next === undefined) {
      records.unknownStarts.add(record);
      return start?.unknown?.();
    }
    return resultOfNext(unpackNext(decision.next), recordFacts(record).body ?? {}, now());
  };
}
