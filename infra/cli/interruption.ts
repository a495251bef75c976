import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Somebody asked the command to stop. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  /** 128 and the signal's number, as shells report it. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * A signal that aborts, with an {@link Interruption} as its reason, at the first SIGINT or SIGTERM.
 * A second one ends the process at once: the listeners are gone by then.
 */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: (typeof SIGNALS)[number]): void => {
    for (const name of SIGNALS) process.off(name, stop);
    controller.abort(new Interruption(signal));
  };
  for (const name of SIGNALS) process.on(name, stop);
  return controller.signal;
}

/** A promise settled from outside, rejected with the signal's reason when that comes first. */
export function interruptible<T>(signal: AbortSignal): PromiseWithResolvers<T> {
  const deferred = Promise.withResolvers<T>();
  // It can be rejected before anybody waits for it; whoever does is still told.
  deferred.promise.catch(() => undefined);
  const onAbort = (): void => deferred.reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return deferred;
}
