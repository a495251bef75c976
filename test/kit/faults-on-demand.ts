import type { Faults, MessageAction } from "../../infra/local/queue/faults.ts";
import { checkWholeNumber } from "./whole-number.ts";

/** The actions on batches of messages. */
export type BatchAction = Extract<MessageAction, `${string}Batch`>;

/** Injects faults at a queue. Each method throws a RangeError when `count` is not a whole number of 0 or more. */
export interface FaultControls {
  /**
   * Refuses the next `count` entries of batches; the calls themselves succeed.
   *
   * @param options.action `@default` "SendMessageBatch"
   */
  refuseEntries(count: number, options?: { readonly action?: BatchAction }): void;
  /**
   * Fails the next `count` calls to the queue.
   *
   * @param options.action only calls of this action. `@default` every action
   * @param options.applied the calls take effect, but their responses are lost. `@default` false
   */
  failCalls(
    count: number,
    options?: { readonly action?: MessageAction; readonly applied?: boolean },
  ): void;
  /** Delivers the next `count` received messages a second time. */
  duplicate(count: number): void;
}

/** Creates faults that happen exactly as often as requested. */
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
