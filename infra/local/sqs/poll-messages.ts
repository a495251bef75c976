import { readBody } from "../../../lib/batch/record-facts.ts";
import type { StoredMessage } from "../queue/message.ts";
import type { Queue } from "../queue/queue.ts";

/** A message of a poll, looked at without receiving it. */
export interface PollMessageInQueue {
  readonly queue: string;
  readonly messageId: string;
  readonly body: string;
  /** When it becomes visible, in epoch ms; the past for one that is visible. */
  readonly visibleAt: number;
  readonly isInFlight: boolean;
}

/** All messages of a poll. The queues stay as they are, which no action of SQS can promise. */
export function pollMessages(queues: readonly Queue[], pollId: string): PollMessageInQueue[] {
  return queues.flatMap(({ name, store }) =>
    [...store.messages()]
      .filter((message) => isOfPoll(message, pollId))
      .map((message) => ({
        queue: name,
        messageId: message.messageId,
        body: message.body,
        visibleAt: message.visibleAt,
        isInFlight: store.isInFlight(message),
      })),
  );
}

/** A message without a pollId has its first messageId as one. */
function isOfPoll({ messageId, body }: StoredMessage, pollId: string): boolean {
  if (messageId !== pollId && !body.includes(pollId)) return false;
  const { pollId: said = messageId } = readBody(body).body ?? {};
  return said === pollId;
}
