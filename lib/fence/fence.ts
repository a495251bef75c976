import type { SQSRecord } from "aws-lambda";
import type { RecordControl } from "../batch/each-record.ts";
import type { Completed, Held, Pending, RecordResult } from "../batch/record-result.ts";
import type { MarkAbortOptions, TableCallOptions } from "./poll-table.ts";

/**
 * Prevents copies of a poll from running side by side, and its outcome from being decided twice. Pass the same fence to
 * {@link fenced}, `decideOutcomes` and `settleLeases`.
 */
export interface Fence {
  /**
   * Claims a record's poll. With checkpoints, most records go on without a claim.
   *
   * @param start given when the record holds a start. If it must be made at most once, call `sending` before it is
   *   sent, and `keepAnswer` with the result of its answer
   * @returns `undefined` when the record must be processed; otherwise its result without processing: a stale copy is
   *   acknowledged, a poll that has ended gets its outcome again, a second submission is held until the first one's
   *   next message must have come, a record whose claim the table refused is held for minutes, and a start that was
   *   answered before gets the message that came next, or, if its answer is unknown, the end that `start.unknown` makes
   * @throws {RetryLaterError} when this same copy is being processed elsewhere
   * @throws {PoisonRecordError} when another poll has the pollId: its request differs, or the poller did not send it
   * @throws any other error of the table
   */
  claim(
    record: SQSRecord,
    control: RecordControl,
    start?: StartToClaim,
  ): Promise<RecordResult | undefined>;
  /**
   * Looks whether the poll of a record that is not due yet was cancelled or nudged meanwhile. That costs one eventually
   * consistent read. Never rejects for the table: a look that failed is made again at the next hop.
   *
   * @returns `undefined` when the record must wait on; `"nudged"` when it must not, and has to claim its poll now; or its
   *   result, as `claim` would give it, when the poll has ended
   * @throws {PoisonRecordError} when another poll, which has ended, has the pollId
   */
  lookWhileWaiting(
    record: SQSRecord,
    control: RecordControl,
  ): Promise<RecordResult | "nudged" | undefined>;
  /**
   * When the poll of a claimed start began, in epoch ms: the same for all its submissions and redrives. `undefined` for
   * any other record.
   */
  startedAtOf(record: SQSRecord): number | undefined;
  /** Whether the poll's messages carry a history, because its row tells it. */
  readonly keepsHistory: boolean;
  /** Notes that a record's start may reach its server from now on. */
  sending(record: SQSRecord): void;
  /**
   * Keeps in the poll's row what the answer of a record's start said: the message that comes next, or the outcome. If
   * the invocation dies afterwards, the poll goes on from there. Does nothing for a record without such a start. Never
   * rejects: what could not be written is written later, in `decideOutcomes` and `settleLeases`.
   *
   * @returns the result, with the outcome that counts
   */
  keepAnswer(
    record: SQSRecord,
    result: RecordResult,
    options?: TableCallOptions,
  ): Promise<RecordResult>;
  /**
   * Whether the record has claimed its poll, or goes on without a claim, so that the fence must decide its outcome.
   * False while the claim is under way: a record that is held meanwhile may be a stale copy. False also while its
   * outcome is being decided: held meanwhile, it is requeued as the same copy, which needs its lease back.
   */
  hasClaimed(record: SQSRecord): boolean;
  /**
   * The fields of a claimed record's next message; `undefined` when the record has not claimed. A record whose poll has
   * ended, or whose outcome is being decided, stays the same copy, which says that its outcome is still to be delivered.
   * A record whose claim is under way stays the same copy, too, and names that claim.
   *
   * @throws when the record holds a start that was sent and has no answer yet: its message must not be requeued
   */
  successorOf(
    record: SQSRecord,
    kind: "pending" | "held",
  ): Successor | EndedCopy | UnaskedCopy | undefined;
  /**
   * Decides the outcome of a claimed record's poll. A record that went on without a claim claims now: if it is stale,
   * it has no outcome.
   *
   * @returns the result with the outcome that counts: this one, or the one that was decided before
   * @throws the table's errors, and a RangeError when the outcome is too large even after parts were left out
   */
  decide(record: SQSRecord, ended: Completed, options?: TableCallOptions): Promise<Completed>;
  /**
   * Marks that the job of a record's poll, which has ended, is aborted now.
   *
   * @param options.onlyClaimed whether an abort makes sense only if a message has claimed the poll
   * @returns whether this record is the one that aborts it; a hold when the table refused to say so
   * @throws any other error of the table: the mark may have been made, and then the job is not aborted
   */
  markAbort(record: SQSRecord, options?: MarkAbortOptions): Promise<boolean | Held>;
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
   * request is sent too early. Also keeps what comes after the record's start, where `keepAnswer` could not. The same
   * write says in the row what the poll waits for.
   *
   * @param result what the record waits for; its `delaySeconds` count from `settledAt`
   * @param settledAt when the record's handler returned, in epoch ms. `@default` now
   */
  keepLease(
    record: SQSRecord,
    result: Pending | Held,
    settledAt?: number,
    options?: TableCallOptions,
  ): Promise<void>;
  /**
   * Writes into the poll's row where it is, once its record waits, if the fence's option `history` is `answers`. Never
   * rejects: the next claim writes it as well.
   *
   * @param settledAt when the record's handler returned, in epoch ms. `@default` now
   */
  noteWait(
    record: SQSRecord,
    result: Pending | Held,
    settledAt?: number,
    options?: TableCallOptions,
  ): Promise<void>;
  /** Writes likewise that an outcome which was refused before has reached its destinations. Never rejects. */
  noteDelivered(record: SQSRecord, options?: TableCallOptions): Promise<void>;
}

/** The start that a record holds. */
export interface StartToClaim {
  /** When its poll started, in epoch ms, as far as the record knows. */
  readonly startedAt: number;
  /**
   * Makes the end of a poll whose start may have been made, but whose answer nobody knows. Absent: it may be made more
   * than once.
   */
  readonly unknown?: () => Completed;
}

/** The field of a message whose poll has ended, and whose outcome is still to be delivered: it must claim. */
export type EndedCopy = {
  readonly undelivered: { readonly since: number; readonly attempts: number };
};

/** The fields of a claimed poll's next message that its claim needs. */
export type Successor = {
  readonly pollId: string;
  readonly sequence: number;
  readonly proof: string;
  /** Set after a start. */
  readonly startedAt?: number;
};

/**
 * The fields of a message whose record was held while its claim was under way. It may be the last that the row knows, and
 * its lease may live on.
 */
export type UnaskedCopy = {
  readonly sequence: number;
  readonly copyId: string;
  readonly unaskedClaimIds: readonly string[];
};
