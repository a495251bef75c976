import { setTimeout as sleep } from "node:timers/promises";
import type { Console } from "../../console/console.ts";

/** A page that is loaded again is closed for a moment. */
const CLOSED_SECONDS = 5;

/**
 * Waits until no page has been open for some seconds.
 *
 * @throws the reason of the signal when it aborts
 */
export async function whileOpen(page: Pick<Console, "pages">, signal: AbortSignal): Promise<void> {
  for (let closedFor = 0; closedFor < CLOSED_SECONDS; closedFor++) {
    await sleep(1000, undefined, { signal }).catch(() => signal.throwIfAborted());
    if (page.pages > 0) closedFor = 0;
  }
}
