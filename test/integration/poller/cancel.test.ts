import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pollCanceller } from "../../support/cancel-poll.ts";
import { type FencedWorld, type Handler, startFencedWorld } from "./fenced-world.ts";

const HOP_MS = 900_000;

let world: FencedWorld;
let cancel: ReturnType<typeof pollCanceller>;
/** What happens while a request is under way. */
let meanwhile: () => unknown;
beforeEach(async () => {
  meanwhile = () => undefined;
  const asked = (status: number) => () => {
    meanwhile();
    return { status, delayMs: 20 };
  };
  world = await startFencedWorld({
    "/pending": asked(202),
    "/done": asked(200),
    "/start": () => {
      meanwhile();
      return { status: 202, headers: { location: "/pending" }, delayMs: 20 };
    },
  });
  cancel = pollCanceller(world.table, () => world.queues.now());
});
afterEach(() => world[Symbol.asyncDispose]());

const pollId = "cancelled";

const run = async (handler: Handler, ...messages: string[]): Promise<number> =>
  (await world.run(handler, ...messages)).Records.length;
const outcomes = () => world.bodies(world.queues.outcomeQueueUrl);

describe("a cancelled poll", () => {
  it.each([
    ["request", "/pending", {}],
    ["start", "/start", { until: "http-async" } as const],
  ])(
    "that no message has claimed ends with its submission's context, by a %s",
    async (step, path, fields) => {
      const url = `${world.jobs.url}${path}`;
      expect(await cancel(pollId)).toBe(true);
      const text = JSON.stringify({ pollId, [step]: { url }, ...fields });
      await run(
        await world.load(),
        text.replace(/}$/, ',"context":{"id":12345678901234567890.50}}'),
      );
      const [outcome = "", ...more] = await outcomes();
      expect(more).toEqual([]);
      expect(JSON.parse(outcome)).toMatchObject({ pollId, status: "cancelled", retryCount: 0 });
      expect(outcome).toContain('"context":{"id":12345678901234567890.50}');
      expect(world.jobs.requests).toEqual([]);
      world.later(HOP_MS);
      expect(await run(await world.load())).toBe(0);
    },
  );

  it("ends with its next message, which makes no request, and is not cancelled twice", async () => {
    const handler = await world.load();
    await run(handler, world.message("/pending", { pollId, context: "mine" }));
    expect(await cancel(pollId)).toBe(true);
    expect(await cancel(pollId)).toBe(false);
    world.later(30_000);
    expect(await run(handler)).toBe(1);
    expect(world.jobs.countOf("/pending")).toBe(1);
    expect((await outcomes()).map((text) => JSON.parse(text))).toMatchObject([
      { pollId, status: "cancelled", context: "mine" },
    ]);
    world.later(HOP_MS);
    expect(await run(handler)).toBe(0);
  });

  it.each([
    ["that says that it is done", "/done", 0],
    ["that says that it is pending", "/pending", 1],
  ])("ends after its request %s", async (_, path, further) => {
    const handler = await world.load();
    const cancelling = Promise.withResolvers<boolean>();
    meanwhile = () => cancelling.resolve(cancel(pollId));
    await run(handler, world.message(path, { pollId, context: "mine" }));
    expect(await cancelling.promise).toBe(true);
    world.later(30_000);
    expect(await run(handler)).toBe(further);
    expect(world.jobs.countOf(path)).toBe(1);
    expect((await outcomes()).map((text) => JSON.parse(text))).toMatchObject([
      { pollId, status: "cancelled", context: "mine" },
    ]);
  });

  it("ends after its start, which is not made again", async () => {
    const handler = await world.load();
    const cancelling = Promise.withResolvers<boolean>();
    meanwhile = () => cancelling.resolve(cancel(pollId));
    const start = { url: `${world.jobs.url}/start` };
    await run(handler, JSON.stringify({ pollId, start, until: "http-async" }));
    expect(await cancelling.promise).toBe(true);
    world.later(30_000);
    expect(await run(handler)).toBe(1);
    expect(world.jobs.requests.map(({ path }) => path)).toEqual(["/start"]);
    expect((await outcomes()).map((text) => JSON.parse(text))).toMatchObject([
      { pollId, status: "cancelled" },
    ]);
  });

  it.each([
    ["a claim per request", "true"],
    ["checkpoints", "checkpoints"],
  ])("that waits for hours ends within one hop, with %s", async (_, POLL_FENCE) => {
    const handler = await world.load({ POLL_FENCE });
    const fields = { pollId, delaySeconds: 40_000, context: "mine" };
    // Sequences 0 to 2: with checkpoints, the one that waits is not a checkpoint.
    await run(handler, world.message("/pending", { ...fields, delaySeconds: 1 }));
    world.later(1000);
    await run(handler);
    world.later(1000);
    const [waiting = ""] = await world.bodies(world.queues.queueUrl);
    await run(handler, JSON.stringify({ ...JSON.parse(waiting), ...fields }));
    world.later(HOP_MS);
    await run(handler);
    expect(await outcomes()).toEqual([]);
    expect(await cancel(pollId)).toBe(true);
    world.later(HOP_MS);
    await run(handler);
    expect((await outcomes()).map((text) => JSON.parse(text))).toMatchObject([
      { pollId, status: "cancelled", context: "mine" },
    ]);
    expect(world.jobs.countOf("/pending")).toBe(3);
    world.later(HOP_MS);
    expect(await run(handler)).toBe(0);
  });

  it("waits on when its row cannot be read", async () => {
    const notBefore = Date.now() + 2 * HOP_MS;
    const away = await world.load({ AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" });
    await run(away, world.message("/done", { pollId, notBefore }));
    world.later(2 * HOP_MS);
    await run(await world.load());
    expect(world.jobs.countOf("/done")).toBe(1);
  });

  it("that delivers to a webhook is acknowledged: it was to be stopped", async () => {
    const handler = await world.load();
    await cancel(pollId);
    await run(handler, world.message("/done", { pollId, delivery: { outcomeId: "another" } }));
    expect(world.jobs.requests).toEqual([]);
    expect(await outcomes()).toEqual([]);
    expect(await world.bodies(world.queues.deadLetterQueueUrl)).toEqual([]);
  });

  it("is no dead letter where there is no outcome queue: it was to be stopped", async () => {
    await cancel(pollId);
    await run(await world.load({ OUTCOME_QUEUE_URL: "" }), world.message("/done", { pollId }));
    expect(await world.bodies(world.queues.deadLetterQueueUrl)).toEqual([]);
  });

  it("counts as cancelled in its group", async () => {
    const group = { id: "group", size: 2 };
    const [one, other] = ["one", "other"];
    const handler = await world.load();
    await cancel(one);
    await run(handler, world.message("/done", { pollId: one, group }));
    await run(handler, world.message("/done", { pollId: other, group }));
    world.later(1000);
    await run(handler);
    const ends = (await outcomes()).map((text) => JSON.parse(text));
    expect(ends.find(({ groupId }) => groupId === group.id)).toMatchObject({
      counts: { cancelled: 1, succeeded: 1 },
    });
  });
});
