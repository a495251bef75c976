import { clearTimeout, setTimeout } from "node:timers";

/**
 * Waits for a promise, but at most this long in real time. Uses Node's own timers, even if a test has replaced the
 * global ones.
 *
 * @returns false on timeout
 */
export async function withinRealTime(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(late.resolve, ms, false);
  try {
    return await Promise.race([promise.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
