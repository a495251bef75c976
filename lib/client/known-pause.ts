import type { PollClient } from "./poll-client.ts";

/**
 * Whether it is known that a stack is paused. Who may read its table and its queues may perhaps not read the settings of
 * its function: then it is not known.
 */
export function isKnownPaused(client: Pick<PollClient, "isPaused">): Promise<boolean> {
  return client.isPaused().catch(() => false);
}
