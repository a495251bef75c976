import { createPoller, type PollerPorts } from "../../functions/poller/poller.ts";
import {
  createTestClock,
  createTestQueue,
  runStack,
  type TestClock,
  type TestQueue,
  type TestStack,
} from "../kit/index.ts";
import { memoryTable } from "./memory-table.ts";

/** The poller's stack with queues and a table in memory, on a clock of its own. */
export interface PollerInMemory {
  readonly clock: TestClock;
  readonly polls: TestQueue;
  readonly outcomes: TestQueue;
  readonly stack: TestStack;
}

/**
 * @param send makes the requests
 * @param logger gets the log lines. `@default` nobody does
 */
export function pollerInMemory(
  send: PollerPorts["send"],
  logger: PollerPorts["logger"] = () => undefined,
): PollerInMemory {
  const clock = createTestClock();
  const polls = createTestQueue({ name: "polls", clock });
  const outcomes = createTestQueue({ name: "outcomes", clock });
  const deadLetters = createTestQueue({ name: "dead-letters", clock });
  let ids = 0;
  const poller = createPoller(
    {
      queueUrl: polls.url,
      deadLetterQueueUrl: deadLetters.url,
      outcomeQueueUrl: outcomes.url,
      concurrency: 100,
      hostConcurrency: undefined,
    },
    {
      client: polls.client,
      table: memoryTable(),
      logger,
      now: clock.now,
      random: () => 0.5,
      newId: () => `id ${++ids}`,
      startTimer: clock.startTimer,
      send,
    },
  );
  return { clock, polls, outcomes, stack: runStack(poller, { queue: polls }) };
}
