import { once } from "node:events";
import http from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
beforeEach(async () => {
  world = await startPollerWorld({
    "/done": () => ({ status: 200 }),
    "/slow": () => ({ status: 202, delayMs: 200 }),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

/** A server that accepts requests and never finishes its answers. */
async function startEndless(answer: (response: http.ServerResponse) => void) {
  const server = http.createServer((_request, response) => answer(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const neverAnswers = () => startEndless(() => undefined);
const neverEndsItsBody = () =>
  startEndless((response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write("[1,"), 20);
    response.on("close", () => clearInterval(timer));
  });

const poll = (name: string, url: string, timeoutMs: number) =>
  world.message(`/${name}`, { request: { url, timeoutMs } });
const back = async () => {
  const bodies = await world.bodies(world.queues.queueUrl);
  return bodies.map((body) => JSON.parse(body)).sort((a, b) => a.pollId.localeCompare(b.pollId));
};
const NONE = { batchItemFailures: [] };
/** A tenth of it is between a request's timeout and the batch's deadline: enough on a busy machine. */
const TIME_MS = 12_000;

describe("an invocation", () => {
  it("ends in time with silent hosts and endless bodies: the requests time out earlier than their timeoutMs", async () => {
    await using silent = await neverAnswers();
    await using endless = await neverEndsItsBody();
    const names = Array.from({ length: 20 }, (_, n) => `endless-${n + 10}`);
    const event = await world.queues.event(
      ...names.map((name, n) => poll(name, (n % 2 ? silent : endless).url, 60_000)),
      world.message("/done"),
    );
    const handler = await world.load();
    const context = lambdaContext(TIME_MS);
    expect(await handler(event, context)).toEqual(NONE);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    world.queues.advance(30_000);
    expect(await back()).toMatchObject(
      names.map((pollId) => ({ pollId, retryCount: 1, errorCount: 1 })),
    );
    expect(await world.bodies(world.queues.outcomeQueueUrl)).toHaveLength(1);
  });

  it.each([
    ["headers", neverAnswers],
    ["the end of a body", neverEndsItsBody],
  ])("waits for %s no longer than timeoutMs, which is a transient error", async (_what, start) => {
    await using endless = await start();
    const event = await world.queues.event(poll("late", endless.url, 150));
    const handler = await world.load();
    expect(await handler(event, lambdaContext(TIME_MS))).toEqual(NONE);
    world.queues.advance(30_000);
    expect(await back()).toMatchObject([{ pollId: "late", retryCount: 1, errorCount: 1 }]);
  });

  it("holds records that have no time left, which uses neither a retry nor a receive", async () => {
    const names = Array.from({ length: 60 }, (_, n) => `quick-${n + 10}`);
    const event = await world.queues.event(
      ...names.map((name) => poll(name, `${world.jobs.url}/slow`, 7000)),
    );
    const handler = await world.load({ POLL_CONCURRENCY: "2" });
    const context = lambdaContext(TIME_MS);
    expect(await handler(event, context)).toEqual(NONE);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    // There are 2 s in which requests may begin, of 0.2 s and more each, two at once.
    const asked = world.jobs.countOf("/slow");
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(60);

    const held = await world.queues.event();
    expect(held.Records).toHaveLength(60 - asked);
    for (const { body, attributes } of held.Records) {
      expect(JSON.parse(body)).toMatchObject({ sequence: 1 });
      expect(JSON.parse(body)).not.toHaveProperty("retryCount");
      // A new message starts with its first receive.
      expect(attributes.ApproximateReceiveCount).toBe("1");
    }
    world.queues.advance(30_000);
    expect(await back()).toHaveLength(asked);
  });

  it("finishes work that is too long for one invocation, over several holds", async () => {
    const names = Array.from({ length: 30 }, (_, n) => `quick-${n + 10}`);
    let event = await world.queues.event(
      ...names.map((name) => poll(name, `${world.jobs.url}/slow`, 4000)),
    );
    const handler = await world.load({ POLL_CONCURRENCY: "2" });
    for (let round = 0; event.Records.length > 0; round++) {
      expect(round).toBeLessThan(names.length);
      expect(await handler(event, lambdaContext(7000))).toEqual(NONE);
      event = await world.queues.event();
    }
    expect(world.jobs.countOf("/slow")).toBe(30);
  });
});
