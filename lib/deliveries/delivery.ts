import type { WrittenOutcome } from "../outcome/outcome-json.ts";

/** A destination for outcomes. */
export interface Delivery {
  /** The largest outcome that it accepts, as JSON: a larger one is shortened for it before delivery. */
  readonly maxBytes: number;
  /**
   * Delivers outcomes. Never rejects.
   *
   * @returns for each outcome, in order, the reason why it was refused, or `undefined` when it was accepted
   */
  deliver(
    outcomes: readonly WrittenOutcome[],
    options: { readonly signal: AbortSignal | undefined },
  ): Promise<readonly (Error | undefined)[]>;
}
