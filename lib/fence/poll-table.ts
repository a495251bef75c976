import type { Claim, ClaimDecision } from "./claim-decision.ts";

export interface TableCallOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
}

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
   * Writes the outcome of the claim's poll, unless one is already written.
   *
   * @returns the outcome that counts: the first one written
   */
  decide(claim: Claim, outcome: Uint8Array, options?: TableCallOptions): Promise<Uint8Array>;
  /** Ends the claim's lease, if the row still belongs to the claim. */
  giveBack(claim: Claim, options?: TableCallOptions): Promise<void>;
  /** Extends the claim's lease to `until`, in epoch ms, if the row still belongs to the claim. */
  keepLease(claim: Claim, until: number, options?: TableCallOptions): Promise<void>;
}
