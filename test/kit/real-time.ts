import { clearTimeout, setTimeout } from "node:timers";

/**
 * Waits for a promise, but no longer than some real time: on Node's own timers, whatever a test has put in the place
 * of the global ones.
 *
 * @returns false when it took longer
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
