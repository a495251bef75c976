import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downOrigin } from "../../../infra/cli/demo/job-api.ts";
import { MAX_STEPS } from "../../../lib/history/history.ts";
import { statusOf } from "../../../lib/polls/poll-status.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { rowBytes, WRITE_UNIT_BYTES } from "../../support/row-bytes.ts";
import { type FencedWorld, type Handler, startFencedWorld } from "./fenced-world.ts";

let world: FencedWorld;
beforeEach(async () => {
  world = await startFencedWorld({
    "/pending": () => ({ status: 202 }),
    "/busy": () => ({ status: 429, headers: { "retry-after": "120" } }),
    "/done": () => ({ status: 200 }),
    "/slow": () => ({ status: 202, delayMs: 200 }),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

const pollId = "shown";
const load = (history: string, more: Record<string, string> = {}) =>
  world.load({ POLL_HISTORY: history, ...more });

const later = (seconds: number) => world.later(seconds * 1000);
const run = async (handler: Handler, ...messages: string[]): Promise<number> =>
  (await world.run(handler, ...messages)).Records.length;
const status = async (pollId: string) =>
  statusOf({ pollId, ...(await world.table.row(pollId)) }, world.queues.now());
const secondsFromNow = (iso: string | undefined) =>
  iso === undefined ? undefined : (Date.parse(iso) - world.queues.now()) / 1000;

describe("the row of a poll, with History=answers", () => {
  it("says with which code of the network a request failed", async () => {
    const url = await downOrigin();
    await run(await load("answers"), JSON.stringify({ pollId, request: { url } }));
    expect(await status(pollId)).toMatchObject({ lastAnswer: { error: "ECONNREFUSED" } });
  });

  it("says after each answer what it was, and when and why the poll is asked next", async () => {
    const handler = await load("answers");
    const message = { pollId, delaySeconds: 30, maxRetries: 9 };
    await run(handler, world.message("/pending?secret=1", message));
    const first = await status(pollId);
    expect(first).toMatchObject({
      ...{ state: "waiting", retryCount: 1, maxRetries: 9, step: "poll", method: "GET" },
      ...{ origin: world.jobs.url, waitsFor: "backoff" },
      lastAnswer: { kind: "poll", status: 202, waitSeconds: 30, reason: "backoff" },
    });
    expect(secondsFromNow(first.dueAt)).toBe(30);
    later(30);
    await run(handler);
    expect(await status(pollId)).toMatchObject({ retryCount: 2, history: [{}, { status: 202 }] });
  });

  it("says that a server's Retry-After is why", async () => {
    await run(await load("answers"), world.message("/busy", { pollId }));
    expect(await status(pollId)).toMatchObject({
      ...{ state: "waiting", waitsFor: "Retry-After 120", lastAnswer: { status: 429 } },
    });
  });

  it("says that a poll is held because its host asks for a pause, and for how long", async () => {
    const handler = await load("answers", { POLL_CONCURRENCY: "1" });
    await run(handler, world.message("/pending", { pollId, delaySeconds: 5 }));
    later(5);
    const { queues } = world;
    const { Records: again } = await queues.event();
    const { Records: before } = await queues.event(world.message("/busy"));
    await handler({ Records: [...before, ...again] }, lambdaContext());
    expect(await status(pollId)).toMatchObject({
      ...{ state: "held", waitsFor: "its host asks for a pause", retryCount: 1 },
      history: [{ kind: "poll" }, { kind: "held", waitSeconds: 60 }],
    });
  });

  it("does not change a poll that has ended meanwhile", async () => {
    await run(await load("answers"), world.message("/done", { pollId }));
    expect(await status(pollId)).toMatchObject({
      ...{ state: "succeeded", retryCount: 0 },
      history: [{ kind: "poll", status: 200 }],
    });
  });
});

describe("the row of a poll, with History=claims", () => {
  it("says with each claim what the last answer was, without a write more", async () => {
    const handler = await load("claims");
    await run(handler, world.message("/pending", { pollId, delaySeconds: 30 }));
    expect(await status(pollId)).toMatchObject({ state: "asking", history: [] });
    later(20);
    expect(await status(pollId)).toMatchObject({ state: "waiting", retryCount: 0 });
    later(10);
    await run(handler);
    expect(await status(pollId)).toMatchObject({
      ...{ state: "asking", retryCount: 1 },
      history: [{ kind: "poll", status: 202, waitSeconds: 30, reason: "backoff" }],
    });
  });

  it("keeps the last 20 steps in less than one write unit", async () => {
    const handler = await load("claims");
    await run(handler, world.message("/pending", { pollId, delaySeconds: 1 }));
    for (let poll = 0; poll < MAX_STEPS + 1; poll += 1) {
      later(1);
      await run(handler);
    }
    const { history, retryCount } = await status(pollId);
    expect([history.length, retryCount]).toEqual([MAX_STEPS, MAX_STEPS + 1]);
    expect(rowBytes(await world.table.row(pollId))).toBeLessThan(WRITE_UNIT_BYTES);
  });

  it("goes on with the checkpoints' next claim", async () => {
    const handler = await load("claims", { POLL_FENCE: "checkpoints" });
    await run(handler, world.message("/pending", { pollId, delaySeconds: 1 }));
    for (let poll = 0; poll < 10; poll += 1) {
      later(1);
      await run(handler);
    }
    expect((await status(pollId)).history).toHaveLength(10);
  });
});

describe("the row of a poll, with History=false", () => {
  it("says nothing, and neither do its messages", async () => {
    await run(await load("false"), world.message("/pending", { pollId, delaySeconds: 1 }));
    expect(await world.table.row(pollId)).not.toHaveProperty("progress");
    later(1);
    const [message = ""] = await world.bodies(world.queues.queueUrl);
    expect(JSON.parse(message)).not.toHaveProperty("history");
  });
});
