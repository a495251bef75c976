import { setImmediate as nextLoop } from "node:timers/promises";

/** Runs pieces of work one after the other, and yields to the event loop after each costly one. */
export interface Turns {
  /**
   * @param work returns its value, and whether it was costly
   * @param place `first`: runs before all work that waits with `last`. `@default` "last"
   */
  take<T>(
    work: () => { readonly value: T; readonly wasCostly: boolean },
    place?: "first" | "last",
  ): Promise<T>;
}

/**
 * Makes turns. Without them, responses that arrive at the same time are all parsed and judged before the event loop
 * handles any socket or timeout.
 *
 * @param pause resolves when the event loop has handled what was waiting. `@default` after its next round
 */
export function createTurns(pause: () => Promise<unknown> = () => nextLoop()): Turns {
  /** Each returns whether it was costly. */
  const waiting: Record<"first" | "last", (() => boolean)[]> = { first: [], last: [] };
  let isServing = false;
  const serve = async () => {
    isServing = true;
    for (;;) {
      const next = waiting.first.shift() ?? waiting.last.shift();
      if (next === undefined) break;
      if (next()) await pause();
    }
    isServing = false;
  };
  return {
    take(work, place = "last") {
      const { promise, resolve, reject } =
        Promise.withResolvers<ReturnType<typeof work>["value"]>();
      waiting[place].push(() => {
        try {
          const { value, wasCostly } = work();
          resolve(value);
          return wasCostly;
        } catch (error) {
          reject(error);
          return false;
        }
      });
      if (!isServing) void serve();
      return promise;
    },
  };
}
