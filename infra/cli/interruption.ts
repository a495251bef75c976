import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The user, or another process, stopped the command. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  /** 128 plus the signal's number, as in shells. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Creates a signal that aborts at the first SIGINT or SIGTERM, with an {@link Interruption} as its reason.
 * A second SIGINT or SIGTERM ends the process at once, because the listeners are removed.
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

/** A promise that is settled from outside, or rejected with the signal's reason if the signal aborts first. */
export function interruptible<T>(signal: AbortSignal): PromiseWithResolvers<T> {
  const deferred = Promise.withResolvers<T>();
  // It may be rejected before anyone awaits it: without this, Node would report an unhandled rejection.
  deferred.promise.catch(() => undefined);
  const onAbort = (): void => deferred.reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return deferred;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
}
