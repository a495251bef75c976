import type { Claim, ClaimDecision } from "./claim-decision.ts";

export interface TableCallOptions {
  /** Breaks the call off. */
  readonly signal?: AbortSignal | undefined;
}

/** The table was not reached, or refused the call: nothing was written. */
export class TableRefusalError extends Error {
  override readonly name = "TableRefusalError";
}

/** Tells whether an error is a {@link TableRefusalError}, whatever copy of this package threw it. */
export function isTableRefusal(error: unknown): error is TableRefusalError {
  return error instanceof Error && error.name === "TableRefusalError";
}

/**
 * A row a poll, changed only by conditional writes: what the fence stands on. Each method rejects when the table
 * cannot be reached or has no capacity left: with a {@link TableRefusalError} where nothing was written; with any
 * other error what was asked may have been done all the same.
 */
export interface PollTable {
  /**
   * Writes the claim into the poll's row where {@link decideClaim} says that it is claimed.
   *
   * @param now in epoch ms
   */
  claim(claim: Claim, now: number, options?: TableCallOptions): Promise<ClaimDecision>;
  /**
   * Writes how the claim's poll ended, unless that is decided already.
   *
   * @returns the outcome that counts: the first one written
   */
  decide(claim: Claim, outcome: Uint8Array, options?: TableCallOptions): Promise<Uint8Array>;
  /** Ends the claim's lease, where the row is still the claim's. */
  giveBack(claim: Claim, options?: TableCallOptions): Promise<void>;
  /** Lengthens the claim's lease until a time, in epoch ms, where the row is still the claim's. */
  keepLease(claim: Claim, until: number, options?: TableCallOptions): Promise<void>;
}
