import type { WrittenOutcome } from "../outcome/outcome-json.ts";

/** A destination that takes outcomes. */
export interface Delivery {
  /** The largest JSON of an outcome that it takes: a larger one is cut for it before it is delivered. */
  readonly maxBytes: number;
  /**
   * Delivers outcomes. Never rejects.
   *
   * @returns for each, in their order: why it was not taken; `undefined`: it was
   */
  deliver(
    outcomes: readonly WrittenOutcome[],
    options: { readonly signal: AbortSignal | undefined },
  ): Promise<readonly (Error | undefined)[]>;
}
