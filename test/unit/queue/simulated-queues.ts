import { QueueService } from "../../../infra/local/queue/queue-service.ts";
import type { QueuesSnapshot } from "../../../infra/local/queue/snapshot.ts";

/** A queue service with a clock that moves only by `passSeconds`. */
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
    /** Moves the clock, and runs due work at its time. */
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

/** The only item of a list. @throws {Error} when there is none, or more than one */
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
