import type { DeadLetter } from "../../../lib/client/index.ts";

/**
 * Says that a poll is a dead letter, why, and, in lines of their own, what to do.
 *
 * @param stack its name
 */
export function deadLetterWords(
  pollId: string,
  { status, reason }: Pick<DeadLetter, "status" | "reason">,
  stack: string,
): string {
  return `${pollId} is a dead letter of ${stack} (${status}):
${reason}
"request-poller dead-letters ID --body" prints its message;
"request-poller redrive --id ID --body FILE" sends it back repaired.`;
}
