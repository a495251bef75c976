import type { RowState } from "../history/progress.ts";
import type { Claim, ClaimDecision, PollRow } from "./claim-decision.ts";

export interface TableCallOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
}

export interface DecideOptions extends TableCallOptions {
  /** Whether the outcome says that nobody knows whether the claim's start was made. `@default` false */
  readonly isUnknownStart?: boolean;
  /** Whether there is no job that an abort could stop: nobody marks one then. `@default` false */
  readonly hasStartedNothing?: boolean;
}

export interface MarkAbortOptions extends TableCallOptions {
  /** Whether only a poll is marked that a message has claimed. `@default` false */
  readonly onlyClaimed?: boolean;
}

export interface GiveBackOptions extends TableCallOptions {
  /** What comes after the claim's start, packed. `@default` the row's stays */
  readonly next?: Uint8Array | undefined;
}

export interface KeepLeaseOptions extends TableCallOptions {
  /** What the row says of its poll after this write, for people. `@default` what it says now */
  readonly rowState?: RowState | undefined;
}

/** What became of the delivery of an outcome so far. */
export interface DeliveryNote {
  /** How often it was refused. Notes are written late, twice or not at all: one that knows of more refusals is newer. */
  readonly attempts: number;
  /** Since when it is not delivered, in epoch ms. Absent: it is delivered. */
  readonly since?: number;
}

/**
 * Who writes where a poll is: the row's claim; or a message without a claim, if neither it nor a later one has claimed,
 * and the row says nothing newer.
 */
export type StateNote =
  | Pick<Claim, "claimId">
  | { readonly proof: string; readonly sequence: number };

/** The table could not be reached, or refused the call: nothing was written. */
export class TableRefusalError extends Error {
  override readonly name = "TableRefusalError";
}

/** Whether an error is a {@link TableRefusalError} from any copy of this package. */
export function isTableRefusal(error: unknown): error is TableRefusalError {
  return error instanceof Error && error.name === "TableRefusalError";
}

/**
 * The fence's storage: one row per poll, changed only by conditional writes. Each method rejects when the table cannot
 * be reached or has no capacity left. A {@link TableRefusalError} means that nothing was written; after any other
 * error, the write may have been done.
 */
export interface PollTable {
  /**
   * Writes the claim into the poll's row if {@link decideClaim} returns `claimed`.
   *
   * @param now in epoch ms
   */
  claim(claim: Claim, now: number, options?: TableCallOptions): Promise<ClaimDecision>;
  /**
   * Writes the outcome of the claim's poll, unless one is already written. An outcome of an unknown start is written
   * only if the row also still belongs to the claim and holds nothing that comes next.
   *
   * @returns the outcome that counts: the first one written
   * @throws when there is none, because the poll went on or its row is gone
   */
  decide(claim: Claim, outcome: Uint8Array, options?: DecideOptions): Promise<Uint8Array>;
  /**
   * Writes the claim and the outcome at once, if {@link decideClaim} returns `claimed` when no lease counts. For a
   * record that has not claimed: its claim would only be followed by the decision.
   *
   * @returns `claimed` when this outcome was written, and otherwise why not
   */
  claimAndDecide(
    claim: Claim,
    outcome: Uint8Array,
    options?: TableCallOptions,
  ): Promise<ClaimDecision>;
  /** Writes what comes after the claim's start, if the row still belongs to the claim and the poll has not ended. */
  keepNext(claim: Claim, next: Uint8Array, options?: TableCallOptions): Promise<void>;
  /** Ends the claim's lease, if the row still belongs to the claim. */
  giveBack(claim: Claim, options?: GiveBackOptions): Promise<void>;
  /** Writes what became of a delivery, if the poll has ended and nothing newer is written. Comes with `writeState`. */
  writeDelivery?(pollId: string, note: DeliveryNote, options?: TableCallOptions): Promise<void>;
  /**
   * Writes where a poll is, if it has not ended and `by` is what the row knows last of it. Absent: the table keeps no
   * states between claims.
   */
  writeState?(
    pollId: string,
    by: StateNote,
    rowState: RowState,
    options?: TableCallOptions,
  ): Promise<void>;
  /** Extends the claim's lease to `until`, in epoch ms, if the row still belongs to the claim and the poll has not ended. */
  keepLease(claim: Claim, until: number, options?: KeepLeaseOptions): Promise<void>;
  /**
   * Marks that the job of an ended poll is aborted now, unless that is marked already.
   *
   * @param abortClaimId a unique id: the same one may mark it again, because its first answer may have been lost
   * @returns whether this id marks it
   */
  markAbort(pollId: string, abortClaimId: string, options?: MarkAbortOptions): Promise<boolean>;
  /** Reads a poll's row, perhaps as it was a moment ago: the cheapest read. */
  find(pollId: string, options?: TableCallOptions): Promise<PollRow | undefined>;
}
