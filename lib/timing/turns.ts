import { setImmediate as nextLoop } from "node:timers/promises";

/** Runs pieces of work one after the other, and yields to the event loop after each costly one. */
export interface Turns {
  /** @param work returns its value, and whether it was costly */
  take<T>(work: () => { readonly value: T; readonly wasCostly: boolean }): Promise<T>;
}

/**
 * Makes turns. Without them, responses that arrive at the same time are all judged before the event loop handles any
 * socket or timeout.
 *
 * @param pause resolves when the event loop has handled what was waiting. `@default` after its next round
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
