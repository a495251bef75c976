import { describe, expect, it } from "vitest";
import { createPoller } from "../../../functions/poller/poller.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { createTestClock, createTestQueue, runStack } from "../../kit/index.ts";
import { memoryTable } from "../../support/memory-table.ts";

const POLL = { pollId: "p", request: { url: "https://api.example/1" }, maxRetries: 3 };

interface Course {
  readonly delaySeconds: number;
  /** What is submitted under the same pollId, and when, in seconds. */
  readonly again: Readonly<Record<number, JsonObject>>;
  readonly latencySeconds?: number;
  /** SQS refuses the first requeue. */
  readonly isRefused?: boolean;
}

/** Runs a poll that never ends, with its fence, for half a day. */
async function run({ delaySeconds, again, latencySeconds = 0.2, isRefused = false }: Course) {
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
        most = Math.max(most, ++atOnce);
        await clock.sleep(latencySeconds * 1000);
        atOnce--;
        return { kind: "response", response: { status: 202, headers: {}, body: null } };
      },
    },
  );
  const stack = runStack(poller, { queue: polls });
  if (isRefused) polls.refuseEntries(1);
  polls.send({ ...POLL, delaySeconds });
  for (const [seconds, more] of Object.entries(again)) {
    clock.startTimer(() => polls.send({ ...POLL, delaySeconds, ...more }), Number(seconds) * 1000);
  }
  await stack.advance("12h");
  return { askedAt, most, ends: outcomes.sent.map(({ body }) => JSON.parse(body).status) };
}

describe("a second submission of a poll that lives", () => {
  it.each([0, 5, 30, 600, 3600])("changes nothing, with a delay of %i s", async (delaySeconds) => {
    const alone = await run({ delaySeconds, again: {} });
    expect(alone.askedAt).toHaveLength(POLL.maxRetries + 1);
    const times = [1, 2, 10, 60, 120, 240, 480, 700].filter((at) => at < 2 * delaySeconds);
    const again = Object.fromEntries(times.map((at) => [at, {}]));
    expect(await run({ delaySeconds, again })).toMatchObject({ askedAt: alone.askedAt, most: 1 });
  });

  it("has no say in how that one goes on, nor how it ends", async () => {
    const expiresAt = "2000-01-01T00:00:00.000Z";
    const again = { 2: { maxRetries: 0 }, 3: { expiresAt }, 4: { maxErrors: 0 } };
    const { askedAt, ends } = await run({ delaySeconds: 600, again });
    expect(askedAt).toHaveLength(POLL.maxRetries + 1);
    expect(new Set(ends)).toEqual(new Set(["exhausted"]));
  });

  it("is never asked beside it, though SQS refuses its requeue", async () => {
    const again = { 2: {}, 50: {}, 100: {} };
    const course = { delaySeconds: 60, latencySeconds: 9, isRefused: true };
    expect((await run({ ...course, again })).most).toBe(1);
  });
});
