import type { Faults } from "../../infra/local/queue/faults.ts";
import { QueueService } from "../../infra/local/queue/queue-service.ts";
import type { TestClock } from "./test-clock.ts";

/** All queues that share a clock. */
export interface QueueWorld {
  readonly service: QueueService;
  /** The faults of each queue, by its name. */
  readonly faults: Map<string, Faults>;
}

const worlds = new WeakMap<TestClock, QueueWorld>();

/** The queues of a clock: each can be the dead-letter queue of another, and one client reaches all of them. */
export function queueWorldOf(clock: TestClock): QueueWorld {
  const world = worlds.get(clock) ?? createQueueWorld(clock);
  worlds.set(clock, world);
  return world;
}

function createQueueWorld(clock: TestClock): QueueWorld {
  const faults = new Map<string, Faults>();
  let ids = 0;
  const service = new QueueService({
    now: clock.now,
    newMessageId: () => `message-${++ids}`,
    faults: {
      call: (action, name) => faults.get(name)?.call?.(action, name),
      entry: (action, name, entryId) => faults.get(name)?.entry?.(action, name, entryId),
      duplicate: (message, name) => faults.get(name)?.duplicate?.(message, name) ?? false,
      forgetDelete: (message, name) => faults.get(name)?.forgetDelete?.(message, name) ?? false,
    },
  });
  settleWhenDue(service, clock);
  return { service, faults };
}

/** Answers waiting receives and continues move tasks when they are due. */
function settleWhenDue(service: QueueService, clock: TestClock): void {
  let timerAt: number | undefined;
  let stop = (): void => {};
  service.onChange(() => {
    const dueAt = service.nextDueAt();
    if (dueAt === timerAt) return;
    stop();
    timerAt = dueAt;
    if (dueAt === undefined) return;
    stop = clock.startTimer(() => {
      timerAt = undefined;
      service.settle();
    }, dueAt - clock.now());
  });
}
