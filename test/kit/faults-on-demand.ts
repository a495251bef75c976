import type { Faults, MessageAction } from "../../infra/local/queue/faults.ts";
import { checkWholeNumber } from "./whole-number.ts";

/** The actions on many messages at once. */
export type BatchAction = Extract<MessageAction, `${string}Batch`>;

/** What a test can have go wrong at a queue. Each throws a RangeError when `count` is not a whole number of 0 or more. */
export interface FaultControls {
  /**
   * The next `count` entries of batches are refused, each alone, behind a call that succeeds.
   *
   * @param options.action `@default` "SendMessageBatch"
   */
  refuseEntries(count: number, options?: { readonly action?: BatchAction }): void;
  /**
   * The next `count` calls to the queue fail.
   *
   * @param options.action only these. `@default` every action
   * @param options.applied the calls take effect all the same: only their answer is lost. `@default` false
   */
  failCalls(
    count: number,
    options?: { readonly action?: MessageAction; readonly applied?: boolean },
  ): void;
  /** The next `count` messages that are received are delivered once more. */
  duplicate(count: number): void;
}

/** Makes faults that happen as often as they were asked for, and then no more. */
export function faultsOnDemand(): { readonly faults: Faults; readonly controls: FaultControls } {
  const refused = countdown("refuseEntries");
  const failed = countdown("failCalls");
  const duplicated = countdown("duplicate");
  let applied = false;
  return {
    faults: {
      call: (action) => (failed.happens(action) ? { code: "InternalError", applied } : undefined),
      entry: (action) => (refused.happens(action) ? "InternalError" : undefined),
      duplicate: () => duplicated.happens(),
    },
    controls: {
      refuseEntries: (count, { action = "SendMessageBatch" } = {}) => refused.start(count, action),
      failCalls(count, options = {}) {
        applied = options.applied ?? false;
        failed.start(count, options.action);
      },
      duplicate: (count) => duplicated.start(count),
    },
  };
}

function countdown(fault: keyof FaultControls) {
  let left = 0;
  let only: MessageAction | undefined;
  return {
    start(count: number, action?: MessageAction): void {
      checkWholeNumber(`${fault}: count`, count, 0);
      left = count;
      only = action;
    },
    happens(action?: MessageAction): boolean {
      if (left === 0 || (only !== undefined && action !== only)) return false;
      left--;
      return true;
    },
  };
}
