import { once } from "node:events";
import http from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
/** The target of the redirect at `/elsewhere`. */
let elsewhere = "";
beforeEach(async () => {
  world = await startPollerWorld({
    "/busy": () => ({ status: 429, headers: { "retry-after": "120" } }),
    "/away": () => ({ status: 503, headers: { "retry-after": "60" } }),
    "/tired": () => ({ status: 429 }),
    "/pending": () => ({ status: 202 }),
    "/slow": () => ({ status: 200, delayMs: 100 }),
    "/elsewhere": () => ({ status: 302, headers: { location: elsewhere } }),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

/** A second host: another port on loopback. */
async function startOtherHost(status = 200, headers: http.OutgoingHttpHeaders = {}) {
  let requests = 0;
  const server = http.createServer((_request, response) => {
    requests++;
    response.writeHead(status, headers).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`,
    count: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const many = (
  count: number,
  path: string,
  url = `${world.jobs.url}${path}`,
  headers: Record<string, string> = {},
) =>
  Array.from({ length: count }, (_, n) => {
    const pollId = `${path.slice(1)}-${n}`;
    return world.message(path, { pollId, delaySeconds: 1, request: { url, headers } });
  });

/** The retryCounts of the messages that become visible by each of these times, in seconds from now. */
const visibleAfter = async (...seconds: number[]) => {
  const seen: (readonly number[])[] = [];
  let before = 0;
  for (const second of seconds) {
    world.queues.advance((second - before) * 1000);
    before = second;
    const bodies = await world.bodies(world.queues.queueUrl);
    seen.push(bodies.map((body) => JSON.parse(body).retryCount ?? 0));
  }
  return seen;
};

describe("a host that asks for a pause", () => {
  it.each([
    ["/busy", 120],
    ["/away", 60],
  ])(
    "with %s gets no more requests in this batch: records that did not start are held until then",
    async (path, seconds) => {
      const event = await world.queues.event(...many(10, path));
      const handler = await world.load({ POLL_CONCURRENCY: "1" });
      expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(world.jobs.countOf(path)).toBe(1);
      const [early, onTime = []] = await visibleAfter(seconds - 5, seconds + 1);
      expect(early).toEqual([]);
      expect([...onTime].sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    },
  );

  it("holds no poll with other credentials, and one without credentials for at most a minute", async () => {
    const asked = (path: string, key?: string) =>
      many(1, path, undefined, key === undefined ? {} : { authorization: key });
    const handler = await world.load({ POLL_CONCURRENCY: "1" });
    await handler(
      await world.queues.event(...asked("/busy", "one"), ...asked("/pending", "two")),
      lambdaContext(),
    );
    expect(world.jobs.countOf("/pending")).toBe(1);

    await handler(
      await world.queues.event(...asked("/busy"), ...asked("/pending")),
      lambdaContext(),
    );
    expect(world.jobs.countOf("/pending")).toBe(1);
    world.queues.advance(61_000);
    const bodies = await world.bodies(world.queues.queueUrl);
    expect(bodies.filter((body) => JSON.parse(body).pollId === "pending-0")).toHaveLength(2);
  });

  it("does not slow down other hosts", async () => {
    await using other = await startOtherHost();
    const event = await world.queues.event(
      ...many(3, "/busy"),
      ...many(5, "/other", other.url),
      ...many(3, "/pending"),
    );
    const handler = await world.load({ POLL_CONCURRENCY: "1" });
    await handler(event, lambdaContext());
    expect(other.count()).toBe(5);
    expect(world.jobs.requests).toHaveLength(1);
  });

  it("after a redirect is paused itself, not the host that redirected", async () => {
    await using other = await startOtherHost(429, { "retry-after": "43200" });
    elsewhere = other.url;
    const event = await world.queues.event(
      ...many(1, "/elsewhere"),
      ...many(3, "/pending"),
      ...many(3, "/other", other.url),
    );
    const handler = await world.load({ POLL_CONCURRENCY: "1" });
    await handler(event, lambdaContext());
    expect(world.jobs.countOf("/pending")).toBe(3);
    expect(other.count()).toBe(1);
  });

  it("gets requests from the next batch again", async () => {
    const handler = await world.load({ POLL_CONCURRENCY: "1" });
    await handler(await world.queues.event(...many(2, "/busy")), lambdaContext());
    await handler(await world.queues.event(...many(2, "/pending")), lambdaContext());
    expect(world.jobs.countOf("/pending")).toBe(2);
  });

  it("gets no pause if it does not say for how long", async () => {
    const handler = await world.load({ POLL_CONCURRENCY: "1" });
    await handler(await world.queues.event(...many(3, "/tired")), lambdaContext());
    expect(world.jobs.countOf("/tired")).toBe(3);
  });
});

describe("POLL_HOST_CONCURRENCY", () => {
  it("limits the requests at once to a host", async () => {
    const event = await world.queues.event(...many(9, "/slow"));
    const handler = await world.load({ POLL_HOST_CONCURRENCY: "3" });
    await handler(event, lambdaContext());
    expect(world.jobs.countOf("/slow")).toBe(9);
    expect(world.jobs.mostAtOnce).toBe(3);
  });

  it("also limits requests that a redirect sends to a host", async () => {
    await using other = await startOtherHost();
    elsewhere = `${world.jobs.url}/slow`;
    const redirecting = await startOtherHost(302, { location: elsewhere });
    const event = await world.queues.event(
      ...many(5, "/redirected", redirecting.url),
      ...many(4, "/slow"),
      ...many(1, "/other", other.url),
    );
    const handler = await world.load({ POLL_HOST_CONCURRENCY: "2" });
    await handler(event, lambdaContext());
    expect(world.jobs.countOf("/slow")).toBe(9);
    expect(world.jobs.mostAtOnce).toBe(2);
    await redirecting[Symbol.asyncDispose]();
  });

  it("does not block other hosts while a record waits for its host", async () => {
    await using other = await startOtherHost();
    const event = await world.queues.event(...many(8, "/slow"), ...many(1, "/other", other.url));
    const handler = await world.load({ POLL_HOST_CONCURRENCY: "1", POLL_CONCURRENCY: "2" });
    const done = handler(event, lambdaContext());
    await expect.poll(other.count, { interval: 5 }).toBe(1);
    expect(world.jobs.countOf("/slow")).toBeLessThanOrEqual(3);
    await done;
    expect(world.jobs.countOf("/slow")).toBe(8);
  });
});
