import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import { maskError } from "../batch/logged-fields.ts";
import { recordFacts } from "../batch/record-facts.ts";
import { type Completed, type Held, held } from "../batch/record-result.ts";
import { ended as hasEnded, waiting } from "../history/record-progress.ts";
import { MAX_UNASKED_CLAIMS } from "../limits.ts";
import { log, tellLogger } from "../log/logger.ts";
import { checkOptions } from "../options/check-options.ts";
import { createCallLimits } from "./call-limits.ts";
import { isCheckpoint } from "./checkpoint.ts";
import type { Claim } from "./claim-decision.ts";
import { createClaimRecord, type NotClaimed } from "./claim-record.ts";
import { type Claimant, claimantOf } from "./claimant.ts";
import { hasStartedNothing, mayBeRequeued, unkeptNext, withNext } from "./claimed-start.ts";
import { createFenceOptions, type FenceOptions } from "./create-fence-options.ts";
import type { Fence, UnaskedCopy } from "./fence.ts";
import { createFenceRecords } from "./fence-records.ts";
import { createLook } from "./look-while-waiting.ts";
import { newClaim } from "./new-claim.ts";
import { packOutcome, storedIfLarge } from "./packed-outcome.ts";
import { isTableRefusal, type TableCallOptions } from "./poll-table.ts";
import { heldRefused } from "./refused-claim.ts";
import { createStateNotes } from "./state-notes.ts";
import { decided, leased, unclaimedResult } from "./unclaimed-result.ts";

/**
 * Makes a fence on a table.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 */
export function createFence(options: FenceOptions): Fence {
  checkOptions("createFence", createFenceOptions, options);
  const { table, store, now = Date.now, newClaimId = randomUUID, logger = log } = options;
  const { newProof = randomUUID, random = Math.random } = options;
  const { checkpointEvery = 1, history = "claims" } = options;
  const keepsHistory = history !== "false";
  const runCall = createCallLimits();
  const records = createFenceRecords();
  const { claims, successors, starts, noteEnd } = records;

  const claimOf = (claimant: Claimant, remainingMs: number): Claim =>
    newClaim(claimant, remainingMs, { now, newClaimId, newProof, checkpointEvery });

  const holdRefused = ({ messageId }: SQSRecord, { dueAt = now() }: Claimant, error: Error) => {
    const message = "record held: the table refused its claim";
    tellLogger(logger, { level: "ERROR", message, messageId, refusal: error.message });
    return heldRefused(now() - dueAt, random);
  };

  const warn = ({ messageId }: SQSRecord, message: string, error: unknown): void =>
    tellLogger(logger, { level: "WARN", message, messageId, refusal: maskError(error).message });

  const notClaimed = (
    record: SQSRecord,
    decision: NotClaimed,
    claimant: Claimant,
  ): Completed | Held => {
    const { messageId } = record;
    if (decision.kind === "superseded") {
      const message = "record dropped";
      tellLogger(logger, { level: "INFO", message, messageId, goesOn: decision.by });
    }
    if (decision.kind === "ended") noteEnd(record);
    // When the other delivery has gone on, the row shows it only from the next checkpoint on.
    const untilCheckpoint = (checkpointEvery - 1) * claimant.delaySeconds;
    const { body } = recordFacts(record);
    return unclaimedResult(decision, claimant, { messageId, body }, now(), untilCheckpoint);
  };

  /** Lets a record go on without a claim, if it is between two checkpoints. */
  const passes = (record: SQSRecord): boolean => {
    // Every message is a checkpoint.
    if (checkpointEvery === 1) return false;
    const claimant = claimantOf(record);
    const { pollId, sequence, proof } = claimant;
    const isNudged = records.nudged.has(record);
    if (proof === undefined || isCheckpoint({ ...claimant, isNudged }, checkpointEvery)) {
      return false;
    }
    successors.set(record, { pollId, sequence: sequence + 1, proof });
    return true;
  };

  const claimRecord = createClaimRecord({
    ...{ table, records, claimOf, notClaimed, holdRefused, keepsHistory, checkpointEvery, now },
  });

  const endState = (record: SQSRecord, { outcome, asked }: Completed) =>
    keepsHistory ? { rowState: hasEnded(record, outcome?.status, asked, now()) } : {};

  /** The copy of a record that is held while its claim is under way, which from now on leads to no request. */
  const unaskedCopy = (record: SQSRecord): UnaskedCopy | undefined => {
    const claim = claims.get(record);
    if (claim === undefined) return undefined;
    records.unasked.add(record);
    const { sequence, copyId, claimId, unaskedClaimIds = [] } = claim;
    const newest = [...unaskedClaimIds, claimId].slice(-MAX_UNASKED_CLAIMS);
    return { sequence, copyId, unaskedClaimIds: newest };
  };

  const waitState = (...wait: Parameters<typeof waiting>) => ({ rowState: waiting(...wait) });

  /** Decides the outcome of a record that went on without a claim. */
  const claimAndDecide: Fence["decide"] = async (record, ended, callOptions) => {
    const claimant = claimantOf(record);
    const claim = { ...claimOf(claimant, 0), ...endState(record, ended) };
    const own = packOutcome(ended);
    const decision = await runCall(callOptions?.signal, () =>
      table.claimAndDecide(claim, own, callOptions),
    );
    noteEnd(record);
    if (decision.kind === "claimed") return decided(own, undefined, ended.outcome);
    const result = decision.kind === "started" ? held() : notClaimed(record, decision, claimant);
    if (result.kind === "completed") return result;
    throw new TypeError("a submission or a start has gone on without a claim");
  };

  const decide: Fence["decide"] = (record, ended, callOptions) =>
    records.ended.whileEnding(record, async () => {
      const stored = await storedIfLarge(ended, store, callOptions?.signal);
      return decideStored(record, stored, callOptions);
    });

  /** As `decide`, once an outcome that is too large for its row is stored. */
  const decideStored: Fence["decide"] = async (record, ended, callOptions) => {
    const claim = claims.get(record);
    if (claim === undefined) {
      return successors.has(record) ? claimAndDecide(record, ended, callOptions) : ended;
    }
    const own = packOutcome(ended);
    const options = {
      ...callOptions,
      ...(records.unknownStarts.has(record) && { isUnknownStart: true }),
      ...(starts.has(record) && hasStartedNothing(ended) && { hasStartedNothing: true }),
    };
    const outcome = await runCall(callOptions?.signal, () =>
      table.decide({ ...claim, ...endState(record, ended) }, own, options),
    );
    noteEnd(record);
    const { body } = recordFacts(record);
    return decided(outcome, body, outcome === own ? ended.outcome : undefined);
  };

  /** Writes what comes after a record's start, if that is known and not written yet. Never rejects. */
  const keepNext = async (
    record: SQSRecord,
    dueAt: number,
    callOptions: TableCallOptions | undefined,
  ): Promise<void> => {
    const [claim, start] = [claims.get(record), starts.get(record)];
    const next = start && unkeptNext(start, record, dueAt);
    if (claim === undefined || next === undefined) return;
    try {
      await runCall(callOptions?.signal, () => table.keepNext(claim, next, callOptions));
      if (start?.next) starts.set(record, { ...start, next: { ...start.next, isKept: true } });
    } catch (error) {
      warn(record, "what comes after the start was not kept", error);
    }
  };

  return {
    async claim(record, control, start) {
      if (start === undefined && !control.signal.aborted && passes(record)) return undefined;
      return runCall(control.signal, () => claimRecord(record, control, start));
    },

    lookWhileWaiting: createLook({ table, records, runCall, claimOf, notClaimed, warn, now }),
    startedAtOf: (record) => successors.get(record)?.startedAt,
    sending(record) {
      const start = starts.get(record);
      if (start !== undefined) starts.set(record, { ...start, wasSent: true });
    },

    async keepAnswer(record, result, callOptions) {
      const start = starts.get(record);
      if (start === undefined) return result;
      if (result.kind === "completed") {
        starts.set(record, { ...start, ended: result });
        return decide(record, result, callOptions).catch(() => result);
      }
      if (result.kind === "held" && start.wasSent) return result;
      const answeredAt = now();
      const dueAt = Math.ceil(answeredAt + result.delaySeconds * 1000);
      starts.set(record, withNext(start, record, result, dueAt));
      await keepNext(record, dueAt, callOptions);
      // The delay counts from the answer, however long the table took.
      const tookSeconds = (now() - answeredAt) / 1000;
      return { ...result, delaySeconds: Math.max(0, result.delaySeconds - tookSeconds) };
    },

    keepsHistory,
    ...createStateNotes({
      table: history === "answers" ? table : undefined,
      runCall,
      claimOf: (record) => claims.get(record),
      now,
    }),
    hasClaimed: (record) => successors.has(record) && !records.ended.isEnding(record),

    successorOf(record, kind) {
      const start = starts.get(record);
      if (start && !mayBeRequeued(start, kind)) {
        throw new Error("its start was under way when the batch's time was up");
      }
      return records.ended.copyOf(record, now()) ?? successors.get(record) ?? unaskedCopy(record);
    },

    decide,
    async markAbort(record, callOptions) {
      const claimant = claimantOf(record);
      try {
        return await runCall(callOptions?.signal, () =>
          table.markAbort(claimant.pollId, newClaimId(), callOptions),
        );
      } catch (error) {
        if (!isTableRefusal(error)) throw error;
        return holdRefused(record, claimant, error);
      }
    },

    async giveBack(record, callOptions) {
      const [claim, start] = [claims.get(record), starts.get(record)];
      if (claim === undefined) return;
      try {
        if (start?.ended !== undefined) {
          // The answer does not come again: while the store is away, the table gets it shortened.
          const { ended } = start;
          const stored = storedIfLarge(ended, store, callOptions?.signal).catch(() => ended);
          await decideStored(record, await stored, callOptions);
          return;
        }
        const next = start && unkeptNext(start, record, now());
        await runCall(callOptions?.signal, () =>
          table.giveBack(claim, next === undefined ? callOptions : { ...callOptions, next }),
        );
      } catch (cause) {
        const { leaseUntil: until } = claim;
        throw leased("its lease could not be given back", { until }, now(), cause);
      }
    },

    async keepLease(record, result, settledAt = now(), callOptions) {
      const dueAt = Math.ceil(settledAt + result.delaySeconds * 1000);
      await keepNext(record, dueAt, callOptions);
      const claim = claims.get(record);
      if (!claim?.isSubmission || dueAt <= claim.leaseUntil + claim.delayMs) return;
      const options = { ...callOptions, ...(keepsHistory && waitState(record, result, settledAt)) };
      await runCall(callOptions?.signal, () => table.keepLease(claim, dueAt, options)).catch(
        () => undefined,
      );
    },
  };
}
