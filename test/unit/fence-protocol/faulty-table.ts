import { type PollTable, TableRefusalError } from "../../../lib/fence/poll-table.ts";

/**
 * What goes wrong at one step: nothing; the call is refused; the call is done but its answer is lost; or the batch's
 * time runs out during the call, which is then done or not.
 */
export type Fault = "none" | "refused" | "ambiguous" | "lateAndDone" | "lateAndNotDone";

/** Makes a call in which something goes wrong. */
export async function withFault<T>(fault: Fault, call: () => Promise<T>): Promise<T> {
  if (fault === "refused") throw new TableRefusalError("refused");
  if (fault === "lateAndNotDone") throw new Error("aborted");
  const result = await call();
  if (fault === "ambiguous" || fault === "lateAndDone") throw new Error("the answer was lost");
  return result;
}

/** What goes wrong at a table's next call. */
export interface NextCall {
  fault: Fault;
  /** Ends the batch of the call: its record is then held, whatever a claim returns. */
  abort: AbortController;
  /** How many calls have failed. */
  failed: number;
}

/** A table whose calls go wrong as `next` says. */
export function faultyTable(table: PollTable, next: NextCall): PollTable {
  const call = <T>(make: () => Promise<T>): Promise<T> => {
    if (next.fault !== "none") next.failed++;
    return withFault(next.fault, make);
  };
  return {
    claim(...args) {
      if (next.fault.startsWith("late")) next.abort.abort();
      return call(() => table.claim(...args));
    },
    decide: (...args) => call(() => table.decide(...args)),
    claimAndDecide: (...args) => call(() => table.claimAndDecide(...args)),
    keepNext: (...args) => call(() => table.keepNext(...args)),
    giveBack: (...args) => call(() => table.giveBack(...args)),
    keepLease: (...args) => call(() => table.keepLease(...args)),
    markAbort: (...args) => call(() => table.markAbort(...args)),
    find: (...args) => call(() => table.find(...args)),
  };
}
