import { createPoller } from "../../functions/poller/poller.ts";
import type { JsonObject } from "../../lib/json/json.ts";
import { createTestClock, createTestQueue, runStack } from "../kit/index.ts";
import { memoryTable } from "./memory-table.ts";

/** How many requests a poll makes that never ends. */
export const REQUESTS = 4;

const POLL = {
  pollId: "p",
  request: { url: "https://api.example/1" },
  maxRetries: REQUESTS - 1,
};

export interface Course {
  readonly delaySeconds: number;
  /** More of the poll's first message. */
  readonly first?: JsonObject;
  /** What is submitted under the same pollId, and when, in seconds. */
  readonly again?: Readonly<Record<number, JsonObject>>;
  readonly latencySeconds?: number;
  /** What the first response asks for. */
  readonly retryAfterSeconds?: number;
  /** SQS refuses the first requeue. */
  readonly isRefused?: boolean;
}

/**
 * Runs a poll whose job never ends, with its fence, for somewhat more than half a day.
 *
 * @returns when it was asked, in seconds; how many requests there were at once at most; and how it ended
 */
export async function runPoll({
  delaySeconds,
  first = {},
  again = {},
  latencySeconds = 0.2,
  retryAfterSeconds = 0,
  isRefused = false,
}: Course) {
  const clock = createTestClock();
  const [polls, outcomes, deadLetters] = [
    createTestQueue({ name: "polls", clock }),
    createTestQueue({ name: "outcomes", clock }),
    createTestQueue({ name: "dead-letters", clock }),
  ];
  const start = clock.now();
  const askedAt: number[] = [];
  let [atOnce, most, ids] = [0, 0, 0];
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
      logger: () => undefined,
      now: clock.now,
      random: () => 0.5,
      newId: () => `id ${++ids}`,
      startTimer: clock.startTimer,
      async send() {
        askedAt.push(Math.floor((clock.now() - start) / 1000));
        const isFirst = askedAt.length === 1;
        most = Math.max(most, ++atOnce);
        await clock.sleep(latencySeconds * 1000);
        atOnce--;
        const headers = isFirst ? { "retry-after": String(retryAfterSeconds) } : {};
        return { kind: "response", response: { status: 202, headers, body: null } };
      },
    },
  );
  const stack = runStack(poller, { queue: polls });
  if (isRefused) polls.refuseEntries(1);
  polls.send({ ...POLL, delaySeconds, ...first });
  for (const [seconds, more] of Object.entries(again)) {
    clock.startTimer(() => polls.send({ ...POLL, delaySeconds, ...more }), Number(seconds) * 1000);
  }
  await stack.advance("13h");
  return { askedAt, most, ends: outcomes.sent.map(({ body }) => JSON.parse(body).status) };
}
