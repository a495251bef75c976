import { createHash } from "node:crypto";

/** The queue that a poll belongs to: always the same one for the same pollId and number of queues. */
export function queueOf(pollId: string, queueUrls: readonly [string, ...string[]]): string {
  const hash = createHash("sha256").update(pollId).digest().readUInt32BE();
  return queueUrls[hash % queueUrls.length] ?? queueUrls[0];
}
