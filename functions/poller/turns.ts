import { setImmediate as nextLoop } from "node:timers/promises";

/** Runs pieces of work one after the other, and lets the event loop serve everybody else after each costly one. */
export interface Turns {
  /** @param work returns what it came to, and whether it was costly */
  take<T>(work: () => { readonly value: T; readonly wasCostly: boolean }): Promise<T>;
}

/**
 * Makes turns. Without them the responses that have arrived at the same time are judged in one go, and no socket or
 * timeout is looked at until the last one is.
 *
 * @param pause resolves once the event loop has served what waited. `@default` after its next round
 */
export function createTurns(pause: () => Promise<unknown> = () => nextLoop()): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async take(work) {
      const done = last.then(work);
      last = done.then(
        ({ wasCostly }) => (wasCostly ? pause() : undefined),
        () => undefined,
      );
      return (await done).value;
    },
  };
}
