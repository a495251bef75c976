import type { JsonObject } from "../json/json.ts";
import type { WrittenOutcome } from "../outcome/outcome-json.ts";

/** A destination for outcomes. */
export interface Delivery {
  /** The largest outcome that it accepts, as JSON: a larger one is shortened for it before delivery. */
  readonly maxBytes: number;
  /** Whether it accepts an outcome of at most `maxBytes`. `@default` it does */
  readonly fits?: (json: string, outcome: JsonObject) => boolean;
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

/** The options of a call to a service. */
export interface DeliveryCall {
  readonly signal: AbortSignal | undefined;
}

/** A destination refused an outcome. */
export class DeliveryRefusedError extends Error {
  override readonly name = "DeliveryRefusedError";
  /** Whether the same outcome will be refused each time, so that trying again is no use. */
  readonly isFinal: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isFinal: boolean }) {
    super(message, options);
    this.isFinal = options.isFinal;
  }
}

/** Whether a refusal is a {@link DeliveryRefusedError} that will come each time. */
export function isFinalRefusal(refusal: unknown): boolean {
  return refusal instanceof DeliveryRefusedError && refusal.isFinal;
}
