import { QueueService } from "../../../infra/local/queue/queue-service.ts";
import type { QueuesSnapshot } from "../../../infra/local/queue/snapshot.ts";

/** A queue service whose clock only moves when it is told to. */
export function simulatedQueues(snapshot?: QueuesSnapshot) {
  let now = Date.UTC(2026, 0, 1);
  let ids = 0;
  const service = new QueueService({
    now: () => now,
    newMessageId: () => `message-${++ids}`,
    ...(snapshot && { snapshot }),
  });
  return {
    service,
    now: () => now,
    /** Moves the clock, and does what is due on the way when it is due. */
    passSeconds(seconds: number) {
      const until = now + seconds * 1000;
      for (;;) {
        const dueAt = service.nextDueAt();
        if (dueAt === undefined || dueAt > until) break;
        now = Math.max(now, dueAt);
        service.settle();
      }
      now = until;
    },
  };
}

/** The one message of a receive. */
export function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`Expected one, got ${items.length}.`);
  return item;
}

export const redriveTo = (queueName: string, maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${queueName}`,
    maxReceiveCount,
  }),
});
