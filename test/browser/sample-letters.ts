import type { DeadLetter } from "../../lib/client/index.ts";

/** A dead letter with a typing error: `maxRetrys`. */
export function letterWithTypo(pollId: string): DeadLetter {
  return {
    messageId: `letter-of-${pollId}`,
    pollId,
    status: "poison",
    reason: "maxRetrys: unknown field, must be left out: did you mean maxRetries?",
    body: JSON.stringify({
      pollId,
      request: { url: "https://api.render.example/jobs/1" },
      maxRetrys: 3,
    }),
    sentAt: new Date().toISOString(),
    receiveCount: 1,
  };
}
