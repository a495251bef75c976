import { expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { startPollerWorld } from "./poller-world.ts";

/** Takes a hundred thousand steps on the items below, which is within the limit of one evaluation. */
const COSTLY = "length(body.items[?a == 'x' || b == 'y' || c == 'z']) == `0`";
const ITEMS = Array.from({ length: 7000 }, (_, id) => ({ id, a: 1, b: 2, c: 3 }));

it("a batch cuts costly expressions short and retries their polls, but never usual ones", async () => {
  await using world = await startPollerWorld({
    "/items": () => ({ status: 200, body: { items: ITEMS } }),
    "/usual": () => ({ status: 200, body: { state: "done" } }),
  });
  const costly = Array.from({ length: 30 }, (_, n) =>
    world.message("/items", {
      pollId: `costly-${n}`,
      request: { url: `${world.jobs.url}/items`, timeoutMs: 60_000 },
      until: { success: COSTLY },
    }),
  );
  const messages = costly.flatMap((message, n) =>
    n % 3 === 0
      ? [
          message,
          world.message("/usual", {
            pollId: `usual-${n}`,
            request: { url: `${world.jobs.url}/usual`, timeoutMs: 60_000 },
            until: { success: "body.state == 'done'", failure: "body.error", result: "body" },
          }),
        ]
      : [message],
  );
  const handler = await world.load();
  const event = await world.queues.event(...messages);
  expect(await handler(event, lambdaContext(900_000))).toEqual({ batchItemFailures: [] });

  const outcomes = (await world.bodies(world.queues.outcomeQueueUrl)).map((of) => JSON.parse(of));
  const ended = (name: string) => outcomes.filter(({ pollId }) => pollId.startsWith(name));
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["succeeded"]));
  expect(ended("usual")).toHaveLength(10);
  expect(ended("costly").length).toBeGreaterThanOrEqual(10);
  expect(ended("costly").length).toBeLessThan(30);

  // A poll that was cut short is requested again after its delay: as a retry, not as an error.
  world.queues.advance(60_000);
  const waiting = (await world.bodies(world.queues.queueUrl)).map((body) => JSON.parse(body));
  expect(waiting).toHaveLength(30 - ended("costly").length);
  for (const message of waiting) {
    expect(message).toMatchObject({ pollId: expect.stringMatching(/^costly/), retryCount: 1 });
    expect(message).not.toHaveProperty("errorCount");
  }
});
