import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { functionRemainingMs } from "../batch/deadline.ts";
import type { RecordControl, RecordHandler } from "../batch/each-record.ts";
import {
  type Completed,
  completed,
  type Held,
  held,
  PoisonRecordError,
  RetryLaterError,
} from "../batch/record-result.ts";
import { isJsonObject } from "../json/json.ts";
import { ROW_KEPT_SECONDS } from "../limits.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../log/logger.ts";
import { checkOptions } from "../options/check-options.ts";
import { functionOption } from "../options/option-schemas.ts";
import { createCallLimits } from "./call-limits.ts";
import type { Claim, ClaimDecision } from "./claim-decision.ts";
import { type Claimant, claimantOf } from "./claimant.ts";
import { packOutcome, unpackOutcome } from "./packed-outcome.ts";
import { isTableRefusal, type PollTable, type TableCallOptions } from "./poll-table.ts";
import { refusedHoldSeconds } from "./refused-claim.ts";

export interface FenceOptions {
  readonly table: PollTable;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Makes a unique id for a claim. `@default` a random UUID */
  readonly newClaimId?: () => string;
  /** Makes a poll's proof, which must be unguessable. `@default` a random UUID */
  readonly newProof?: () => string;
  /**
   * Logs each record that is dropped, or held because the table refused its claim: nothing else reports it.
   *
   * @default writes a line of JSON
   */
  readonly logger?: AnyLogger;
  /** A number from 0 up to 1, for jitter. `@default` Math.random */
  readonly random?: () => number;
}

/**
 * Prevents copies of a poll from running side by side, and its outcome from being decided twice. Pass the same fence to
 * {@link fenced}, `decideOutcomes` and `settleLeases`.
 */
export interface Fence {
  /**
   * Claims a record's poll.
   *
   * @returns `undefined` when the record must be processed; otherwise its result without processing: a stale copy is
   *   acknowledged, a poll that has ended gets its outcome again, a second submission is held until the first one's
   *   next message must have come, and a record whose claim the table refused is held for minutes
   * @throws {RetryLaterError} when this same copy is being processed elsewhere
   * @throws {PoisonRecordError} when another poll has the pollId: its request differs, or the poller did not send it
   * @throws any other error of the table
   */
  claim(record: SQSRecord, control: RecordControl): Promise<Completed | Held | undefined>;
  /**
   * Whether the record has claimed its poll, so that the fence must decide its outcome. False while the claim is under
   * way: a record that is held meanwhile may be a stale copy.
   */
  hasClaimed(record: SQSRecord): boolean;
  /** The fields of a claimed record's next message; `undefined` when the record has not claimed. */
  successorOf(record: SQSRecord): Successor | undefined;
  /**
   * Decides the outcome of a claimed record's poll.
   *
   * @returns the result with the outcome that counts: this one, or the one that was decided before
   * @throws the table's errors, and a RangeError when the outcome is too large even after parts were left out
   */
  decide(record: SQSRecord, ended: Completed, options?: TableCallOptions): Promise<Completed>;
  /**
   * Gives back the lease of a record that has claimed, or may have claimed, but was rejected, or was held while its
   * claim was under way.
   *
   * @throws {RetryLaterError} when the lease could not be given back: no claim can succeed before it has ended
   */
  giveBack(record: SQSRecord, options?: TableCallOptions): Promise<void>;
  /**
   * Prevents another submission of a claimed record's poll from taking over before the poll is due again: a submission
   * waits for the poll's own delay, but a server may have asked for a longer one. Never rejects: in the worst case, one
   * request is sent too early.
   *
   * @param waiting seconds until the poll is due, counted from `settledAt` (epoch ms, `@default` now)
   */
  keepLease(
    record: SQSRecord,
    waiting: { readonly delaySeconds: number; readonly settledAt?: number | undefined },
    options?: TableCallOptions,
  ): Promise<void>;
}

/** The fields of a claimed poll's next message that its claim needs. */
export type Successor = {
  readonly pollId: string;
  readonly sequence: number;
  readonly proof: string;
};

/** A lease ends this much later than its invocation, in ms, because clocks differ. */
const LEASE_MARGIN_MS = 2000;

/** A record that waits for a lease comes back this much later, in seconds: coming too early would waste a receive. */
const AFTER_LEASE_SECONDS = 5;

const OTHER_REQUEST = "pollId: is taken by a poll with another request; choose another one";
const NOT_OURS =
  "pollId: is taken by another poll; this message claims to come from the poller, but the poller did not send it; " +
  "leave out sequence, copyId and proof, and choose another pollId";

const optionSchema = z.strictObject({
  table: z.custom<PollTable>(
    (value) => typeof value === "object" && value !== null && "claim" in value,
    "must be a table of polls, made by dynamoDbTable",
  ),
  now: functionOption<() => number>(),
  newClaimId: functionOption<() => string>(),
  newProof: functionOption<() => string>(),
  logger: loggerOption,
  random: functionOption<() => number>(),
});

/**
 * Makes a fence on a table.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 */
export function createFence(options: FenceOptions): Fence {
  checkOptions("createFence", optionSchema, options);
  const { table, now = Date.now, newClaimId = randomUUID, logger = log } = options;
  const { newProof = randomUUID, random = Math.random } = options;
  const runCall = createCallLimits();
  /** Every claim that was sent: it may have been written even when its call failed. */
  const claims = new WeakMap<SQSRecord, Claim>();
  const successors = new WeakMap<SQSRecord, Successor>();

  const claimOf = (claimant: Claimant, remainingMs: number): Claim => {
    const { pollId, sequence, copyId, isSubmission, delaySeconds, digest } = claimant;
    return {
      pollId,
      sequence,
      copyId,
      isSubmission,
      proof: claimant.proof ?? newProof(),
      ...(digest === undefined ? {} : { digest }),
      delayMs: delaySeconds * 1000,
      claimId: newClaimId(),
      leaseUntil: Math.ceil(now() + remainingMs) + LEASE_MARGIN_MS,
      ttl: Math.ceil(now() / 1000) + ROW_KEPT_SECONDS,
    };
  };

  const holdRefused = ({ messageId }: SQSRecord, { dueAt = now() }: Claimant, error: Error) => {
    const message = "record held: the table refused its claim";
    tellLogger(logger, { level: "ERROR", message, messageId, refusal: error.message });
    const delaySeconds = refusedHoldSeconds(now() - dueAt, random);
    return { ...held({ delaySeconds }), tableRefused: true } as const;
  };

  const claimRecord: Fence["claim"] = async (record, { context, signal }) => {
    // The batch ended while the call waited for its place: the table was not called.
    if (signal.aborted) return held();
    const claimant = claimantOf(record);
    const claim = claimOf(claimant, functionRemainingMs(context));
    // Set before the call: if its answer is lost, the claim may have been written and has a lease to give back.
    claims.set(record, claim);
    let decision: ClaimDecision;
    try {
      decision = await table.claim(claim, now(), { signal });
    } catch (error) {
      if (!isTableRefusal(error)) throw error;
      claims.delete(record);
      return holdRefused(record, claimant, error);
    }
    if (decision.kind === "claimed") {
      // Too late: the batch ended during the claim, so the record is already held. settleLeases gives its lease back.
      if (signal.aborted) return held();
      const { pollId, sequence } = claim;
      successors.set(record, { pollId, sequence: sequence + 1, proof: decision.proof });
      return undefined;
    }
    claims.delete(record);
    switch (decision.kind) {
      case "leased":
        if (decision.owner === "itself") {
          throw leased("this copy is being processed", decision.until, now());
        }
        refuseUnmarked(claimant, record.messageId);
        return held({ delaySeconds: secondsUntil(decision.until, now()) + AFTER_LEASE_SECONDS });
      case "ended":
        return decided(decision.outcome);
      case "taken":
        throw new PoisonRecordError(claimant.isSubmission ? OTHER_REQUEST : NOT_OURS);
      case "superseded": {
        const { messageId } = record;
        const message = "record dropped";
        tellLogger(logger, { level: "INFO", message, messageId, goesOn: decision.by });
        return completed();
      }
    }
  };

  return {
    claim: (record, control) => runCall(control.signal, () => claimRecord(record, control)),

    hasClaimed: (record) => successors.has(record),

    successorOf: (record) => successors.get(record),

    async decide(record, ended, callOptions) {
      const claim = claims.get(record);
      if (claim === undefined) return ended;
      const own = packOutcome(ended);
      const outcome = await runCall(callOptions?.signal, () =>
        table.decide(claim, own, callOptions),
      );
      claims.delete(record);
      successors.delete(record);
      return decided(outcome, outcome === own ? ended.outcome : undefined);
    },

    async giveBack(record, callOptions) {
      const claim = claims.get(record);
      if (claim === undefined) return;
      try {
        await runCall(callOptions?.signal, () => table.giveBack(claim, callOptions));
      } catch (cause) {
        throw leased("its lease could not be given back", claim.leaseUntil, now(), cause);
      }
    },

    async keepLease(record, { delaySeconds, settledAt = now() }, callOptions) {
      const claim = claims.get(record);
      const dueAt = Math.ceil(settledAt + delaySeconds * 1000);
      if (!claim?.isSubmission || dueAt <= claim.leaseUntil + claim.delayMs) return;
      await runCall(callOptions?.signal, () => table.keepLease(claim, dueAt, callOptions)).catch(
        () => undefined,
      );
    },
  };
}

/**
 * Makes a record handler that claims a record's poll in the fence's table, and runs `handle` only for the one copy that
 * continues the poll.
 *
 * The requeue must mark its copies with `next: nextPollMessage({ fence })`; otherwise each would count as a new
 * submission.
 *
 * @example
 * const fence = createFence({ table: dynamoDbTable({ tableName }) });
 * export const handler = middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(failureBackoff({ queueUrl }))
 *   .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl }))
 *   .use(settleLeases({ fence }))
 *   .use(deliverOutcomes({ queueUrl: outcomeQueueUrl }))
 *   .use(decideOutcomes({ fence }))
 *   .use(requeuePending({ queueUrl, next: nextPollMessage({ fence }) }))
 *   .handler(eachRecord(fenced(handle, { fence })));
 */
export function fenced(handle: RecordHandler, { fence }: { readonly fence: Fence }): RecordHandler {
  return async (record, control) =>
    (await fence.claim(record, control)) ?? (await handle(record, control));
}

/** @param own the handler's outcome, when it was decided now; `undefined` when the outcome was decided before */
function decided(packed: Uint8Array, own?: Completed["outcome"]): Completed {
  const json = unpackOutcome(packed);
  if (json === undefined) return completed();
  if (own !== undefined) return { kind: "completed", outcome: own, json };
  const outcome: unknown = JSON.parse(json);
  if (isJsonObject(outcome)) return { kind: "completed", outcome, json };
  throw new TypeError(
    "the outcome in the poll's row is not a JSON object: was the row changed by hand?",
  );
}

function leased(what: string, until: number, now: number, cause?: unknown): RetryLaterError {
  const seconds = secondsUntil(until, now);
  const because = cause instanceof Error ? ` (${cause.name}: ${cause.message})` : "";
  return new RetryLaterError(`${what}; its lease ends in ${seconds} s${because}`, {
    retryAfterSeconds: seconds + AFTER_LEASE_SECONDS,
    cause,
  });
}

function secondsUntil(time: number, now: number): number {
  return Math.max(0, Math.ceil((time - now) / 1000));
}

/** Without a copyId, a requeued record would count as a second submission, and wait for its own poll's lease. */
function refuseUnmarked({ isSubmission, retryCount }: Claimant, messageId: string): void {
  if (!isSubmission || retryCount === 0) return;
  throw new TypeError(
    `record ${messageId} was requeued without a copyId: give requeuePending next: nextPollMessage({ fence })`,
  );
}
