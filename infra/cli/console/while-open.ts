import { setTimeout as sleep } from "node:timers/promises";
import type { Console } from "../../console/console.ts";

/** A page that is loaded again is closed for a moment. */
const CLOSED_SECONDS = 5;

/**
 * Waits until no page has been open for some seconds.
 *
 * @param opensWithinSeconds how long it waits for a page that is not open yet
 * @param second waits for a second, or until the signal aborts
 * @throws the reason of the signal when it aborts
 */
export async function whileOpen(
  page: Pick<Console, "pages">,
  signal: AbortSignal,
  opensWithinSeconds = CLOSED_SECONDS,
  second: (signal: AbortSignal) => Promise<unknown> = sleepASecond,
): Promise<void> {
  for (let left = opensWithinSeconds; left > 0; left--) {
    await second(signal).catch(() => signal.throwIfAborted());
    if (page.pages > 0) left = CLOSED_SECONDS + 1;
  }
}

const sleepASecond = (signal: AbortSignal) => sleep(1000, undefined, { signal });
