import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The user, or another process, stopped the command. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  /** 128 plus the signal's number, as in shells; 0 when nobody reads the output any more (`| head`). */
  readonly exitCode: number;

  constructor(cause: (typeof SIGNALS)[number] | "a closed output") {
    super(`stopped by ${cause}`);
    this.exitCode = cause === "a closed output" ? 0 : 128 + constants.signals[cause];
  }
}

const controllers = new Set<AbortController>();

/**
 * Creates a signal that aborts at the first SIGINT or SIGTERM, or when the output is closed, with an
 * {@link Interruption} as its reason. A second SIGINT or SIGTERM ends the process at once, because the listeners are
 * removed.
 */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: (typeof SIGNALS)[number]): void => {
    for (const name of SIGNALS) process.off(name, stop);
    controller.abort(new Interruption(signal));
  };
  for (const name of SIGNALS) process.on(name, stop);
  controllers.add(controller);
  return controller.signal;
}

/** Nobody reads the output any more: a command that has something to give back ends in order, any other one at once. */
export function outputClosed(): void {
  if (controllers.size === 0) process.exit();
  for (const controller of controllers) controller.abort(new Interruption("a closed output"));
}

/**
 * The interruption that an error tells of: a call that an interruption has stopped says only that it was aborted, and an
 * output that is closed only that it takes nothing more.
 */
export function interruptionIn(error: unknown): Interruption | undefined {
  if (error instanceof Interruption) return error;
  const [reason] = [...controllers].map(({ signal }): unknown => signal.reason).filter(Boolean);
  const isOf = error instanceof Error && (error.name === "AbortError" || codeOf(error) === "EPIPE");
  return isOf && reason instanceof Interruption ? reason : undefined;
}

const codeOf = (error: Error) => ("code" in error ? error.code : undefined);

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
