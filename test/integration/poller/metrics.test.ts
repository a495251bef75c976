import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
let lines: string[];
beforeEach(async () => {
  world = await startPollerWorld({
    "/done": () => ({ status: 200 }),
    "/pending": () => ({ status: 202 }),
    "/gone": () => ({ status: 410 }),
  });
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world[Symbol.asyncDispose]();
});

const METRICS = { METRICS_NAMESPACE: "RequestPoller" };

it("writes one metric record per invocation, whatever the log level", async () => {
  const { queues, load, message } = world;
  const event = await queues.event(
    message("/done", { retryCount: 2 }),
    message("/pending"),
    message("/gone"),
    "not json",
  );
  const handler = await load(METRICS);
  await handler(event, lambdaContext());
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    Polls: 4,
    Succeeded: 1,
    Failed: 1,
    Pending: 1,
    Poison: 1,
    Http2xx: 2,
    Http4xx: 1,
    Retries: [2, 0],
    HttpLatency: [expect.any(Number), expect.any(Number), expect.any(Number)],
  });
});

it("costs less than 30 bytes of log per poll in a full batch", async () => {
  const { queues, load, message } = world;
  const polls = Array.from({ length: 100 }, (_, n) => message("/pending", { pollId: `p${n}` }));
  const handler = await load(METRICS);
  await handler(await queues.event(...polls), lambdaContext());
  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBeLessThan(3000);
});

it("writes none without a namespace", async () => {
  const { queues, load, message } = world;
  const handler = await load();
  await handler(await queues.event(message("/done")), lambdaContext());
  expect(lines).toEqual([]);
});
