import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { statusOf } from "../../../lib/polls/poll-status.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { pollCanceller } from "../../support/cancel-poll.ts";
import { type FencedWorld, startFencedWorld } from "./fenced-world.ts";

let world: FencedWorld;
let cancel: ReturnType<typeof pollCanceller>;
/** What happens while a request to /start or /slow is under way. */
let meanwhile: () => unknown;
/** The status that an abort is answered with, by how often it was made. */
let abortStatus: (nth: number) => number;
beforeEach(async () => {
  meanwhile = () => undefined;
  abortStatus = () => 202;
  world = await startFencedWorld({
    "/pending": () => ({ status: 202 }),
    "/done": () => ({ status: 200 }),
    "/gone": () => ({ status: 404 }),
    "/busy": () => ({ status: 503, headers: { "retry-after": "1" } }),
    "/start": () => {
      meanwhile();
      return { status: 202, headers: { location: "/pending" }, body: { stop: "/stop?job=7" } };
    },
    "/long": () => ({ status: 200, delayMs: 700 }),
    "/away": () => ({ status: 429, headers: { "retry-after": "3600" } }),
    "/slow": () => {
      meanwhile();
      return { status: 200 };
    },
    "/stop": (nth) => ({ status: abortStatus(nth), headers: { "retry-after": "0" } }),
  });
  cancel = pollCanceller(world.table, () => world.queues.now());
});
afterEach(() => world[Symbol.asyncDispose]());

const pollId = "aborted";

const ends = async () =>
  (await world.bodies(world.queues.outcomeQueueUrl)).map((text) => JSON.parse(text).status);
const abort = () => ({ abort: { url: `${world.jobs.url}/stop`, headers: { "x-own": "yes" } } });
const startMessage = (pollId: string, more: object = {}) =>
  JSON.stringify({
    pollId,
    start: { url: `${world.jobs.url}/start`, headers: { "x-own": "yes" } },
    until: { preset: "http-async", abort: "body.stop" },
    ...more,
  });

describe("the job of a poll", () => {
  it("is stopped once, when the poll is cancelled, before the outcome is delivered", async () => {
    const handler = await world.load();
    await world.run(handler, world.message("/pending", { pollId, ...abort() }));
    expect(world.jobs.countOf("/stop")).toBe(0);
    await cancel(pollId);
    expect(statusOf(await world.table.row(pollId), Date.now())).not.toHaveProperty("wasAborted");
    world.later(30_000);
    const last = await world.run(handler);
    expect(await ends()).toEqual(["cancelled"]);
    expect(statusOf(await world.table.row(pollId), Date.now())).toMatchObject({
      ...{ state: "cancelled", wasAborted: true },
    });
    expect(world.jobs.requests.at(-1)).toMatchObject({
      path: "/stop",
      headers: { "x-own": "yes" },
    });
    // Its record was not deleted: it comes again.
    await handler(last, lambdaContext());
    expect(await ends()).toEqual(["cancelled"]);
    expect(world.jobs.countOf("/stop")).toBe(1);
  });

  it("is stopped when the poll has expired, before its request or after it", async () => {
    const handler = await world.load();
    const expiresAt = new Date(Date.now() + 31_000).toISOString();
    const message = (id: string) =>
      world.message("/pending", { pollId: id, expiresAt, ...abort() });
    await world.run(handler, message("first"));
    world.later(29_000);
    await world.run(handler);
    expect(await ends()).toEqual(["expired"]);
    expect(world.jobs.countOf("/stop")).toBe(1);
    world.later(2000);
    await world.run(handler, message("second"));
    expect(await ends()).toEqual(["expired"]);
    expect(world.jobs.countOf("/stop")).toBe(2);
  });

  it.each(["/done", "/gone"])("is not stopped when it is over, by %s", async (path) => {
    await world.run(await world.load(), world.message(path, { pollId, ...abort() }));
    expect(await ends()).toHaveLength(1);
    expect(world.jobs.countOf("/stop")).toBe(0);
  });

  it("is stopped where its start's answer says, though the poll was cancelled during the start", async () => {
    const handler = await world.load();
    const cancelling = Promise.withResolvers<boolean>();
    meanwhile = () => cancelling.resolve(cancel(pollId));
    await world.run(handler, startMessage(pollId));
    await cancelling.promise;
    world.later(30_000);
    await world.run(handler);
    expect(await ends()).toEqual(["cancelled"]);
    expect(world.jobs.requests.map(({ path }) => path)).toEqual(["/start", "/stop"]);
    expect(world.jobs.requests[1]?.headers).toMatchObject({ "x-own": "yes" });
  });

  it("is stopped where the last answer says, with which the poll expires", async () => {
    const expiresAt = new Date(Date.now() + 2500).toISOString();
    await world.run(await world.load(), startMessage(pollId, { expiresAt }));
    expect(await ends()).toEqual(["expired"]);
    expect(world.jobs.requests.map(({ path }) => path)).toEqual(["/start", "/stop"]);
  });

  it("is not stopped once its outcome was on its way, which a destination has refused", async () => {
    const handler = await world.load();
    const expiresAt = new Date(world.queues.now() - 1000).toISOString();
    await world.run(handler, startMessage(pollId, { ...abort(), expiresAt }));
    const { proof } = (await world.table.row(pollId)) ?? {};
    const undelivered = { since: world.queues.now(), attempts: 1 };
    const again = { sequence: 1, copyId: "again", proof, undelivered };
    await world.run(handler, startMessage(pollId, { ...abort(), expiresAt, ...again }));
    expect(await ends()).toEqual(["expired", "expired"]);
    expect(world.jobs.requests).toEqual([]);
  });

  it("is not stopped when it was not started", async () => {
    const handler = await world.load();
    await cancel(pollId);
    await world.run(handler, startMessage(pollId, abort()));
    expect(await ends()).toEqual(["cancelled"]);
    expect(world.jobs.countOf("/stop")).toBe(0);
  });

  it.each([
    ["before its start", "/start", -1],
    ["after a start that was refused", "/busy", 2500],
  ])(
    "is not stopped, by a redelivery neither, when it expired %s",
    async (_, path, expiresAfterMs) => {
      const handler = await world.load();
      const expiresAt = new Date(Date.now() + expiresAfterMs).toISOString();
      const start = { url: `${world.jobs.url}${path}` };
      const first = await world.run(
        handler,
        startMessage(pollId, { ...abort(), start, expiresAt }),
      );
      await handler(first, lambdaContext());
      expect(await ends()).toEqual(["expired", "expired"]);
      expect(world.jobs.countOf("/stop")).toBe(0);
      expect(statusOf(await world.table.row(pollId), Date.now())).not.toHaveProperty("wasAborted");
    },
  );

  it("is stopped by a redelivery, when it expired with its start's answer and its batch died", async () => {
    const handler = await world.load();
    const expiresAt = new Date(Date.now() + 2500).toISOString();
    const first = await world.run(handler, startMessage(pollId, { ...abort(), expiresAt }));
    expect(world.jobs.countOf("/stop")).toBe(1);
    const { tableName: TableName } = world.table;
    const before = { TableName, Key: { pollId }, UpdateExpression: "REMOVE abortClaimId" };
    await world.table.documents.send(new UpdateCommand(before));
    await handler(first, lambdaContext());
    expect(await ends()).toEqual(["expired", "expired"]);
    expect(world.jobs.countOf("/stop")).toBe(2);
  });

  it.each([
    ["answered with 500", (url: string) => `${url}/stop`],
    ["refused by the guard", () => "http://169.254.169.254/stop"],
    ["without a server", () => "http://127.0.0.1:1/stop"],
  ])("does not keep its outcome back when its abort is %s", async (_, urlOf) => {
    abortStatus = () => 500;
    await cancel(pollId);
    const stop = { abort: { url: urlOf(world.jobs.url) } };
    await world.run(await world.load(), world.message("/pending", { pollId, ...stop }));
    expect(await ends()).toEqual(["cancelled"]);
    expect(world.jobs.countOf("/pending")).toBe(0);
  });

  it.each([
    ["again when its server was too busy to stop it", [429, 503, 202], 3],
    ["again, but not for ever", [429, 429, 429, 429], 3],
    ["not again when it may have been stopped", [500, 202], 1],
  ])("is stopped %s: %j", async (_, answers, requests) => {
    abortStatus = (nth) => answers[nth - 1] ?? 0;
    await cancel(pollId);
    await world.run(await world.load(), world.message("/pending", { pollId, ...abort() }));
    expect(await ends()).toEqual(["cancelled"]);
    expect(world.jobs.countOf("/stop")).toBe(requests);
  });

  it("is stopped though its host had no free place at first", async () => {
    const handler = await world.load({ POLL_HOST_CONCURRENCY: "1" });
    await cancel(pollId);
    // In a lane of its own: another poll has the only place of the host that is to be told.
    const url = world.jobs.url.replace("127.0.0.1", "localhost");
    const stop = { request: { url }, abort: { ...abort().abort, timeoutMs: 200 } };
    const taking = world.message("/long");
    await world.run(handler, taking, world.message("/pending", { pollId, ...stop }));
    expect((await ends()).toSorted()).toEqual(["cancelled", "succeeded"]);
    expect(world.jobs.requests.map(({ path }) => path)).toEqual(["/long", "/stop"]);
  });

  it("is not stopped again after a pause that is too long for its batch", async () => {
    await cancel(pollId);
    const stop = { abort: { ...abort().abort, url: `${world.jobs.url}/away` } };
    await world.run(await world.load(), world.message("/pending", { pollId, ...stop }));
    expect(await ends()).toEqual(["cancelled"]);
    expect(world.jobs.countOf("/away")).toBe(1);
  });

  it.each(["true", "checkpoints"])(
    "is stopped by a later record when there is no time, with the fence %s",
    async (POLL_FENCE) => {
      const handler = await world.load({ POLL_FENCE, POLL_CONCURRENCY: "1" });
      const stop = { abort: { ...abort().abort, timeoutMs: 60_000 } };
      await world.run(handler, world.message("/pending", { pollId, delaySeconds: 1, ...stop }));
      for (let messages = 1; messages < 4; messages++) {
        world.later(1000);
        await world.run(handler);
      }
      await cancel(pollId);
      world.later(1000);
      // Redelivered: with checkpoints, the message that comes after it would not claim by itself.
      const { Records } = await world.queues.event(world.message("/slow"));
      for (const { attributes } of Records) attributes.ApproximateReceiveCount = "2";
      const slowFirst = Records.toSorted((one) => (one.body.includes("/slow") ? -1 : 1));
      // After it, the batch has time for a request of ten seconds, but not for an abort of a minute.
      meanwhile = () => world.later(80_000);
      const none = { batchItemFailures: [] };
      expect(await handler({ Records: slowFirst }, lambdaContext(120_000))).toEqual(none);
      expect(await ends()).toEqual(["succeeded"]);
      expect(world.jobs.countOf("/stop")).toBe(0);
      await world.run(handler);
      expect(await ends()).toEqual(["cancelled"]);
      expect(world.jobs.countOf("/stop")).toBe(1);
      expect(world.jobs.countOf("/pending")).toBe(4);
    },
  );
});

describe("a poller without a table", () => {
  const withoutTable = () => world.load({ TABLE_NAME: "" });
  const reasons = async () =>
    (await world.queues.receive(world.queues.deadLetterQueueUrl)).map(
      ({ MessageAttributes }) => MessageAttributes?.reason?.StringValue,
    );

  it("refuses an abort that may not be sent twice", async () => {
    const handler = await withoutTable();
    const until = { success: "status == `200`", abort: "body.stop" };
    await world.run(
      handler,
      world.message("/pending", { ...abort() }),
      world.message("/pending", { until }),
    );
    const reason = expect.stringContaining(
      "abort: must have idempotent: true, because this poller has no table",
    );
    expect(await reasons()).toEqual([reason, reason]);
  });

  it("stops the job of a poll that has expired", async () => {
    const stop = { abort: { ...abort().abort, idempotent: true } };
    const expiresAt = new Date(Date.now() - 1).toISOString();
    await world.run(await withoutTable(), world.message("/pending", { ...stop, expiresAt }));
    expect(await ends()).toEqual(["expired"]);
    expect(world.jobs.countOf("/stop")).toBe(1);
  });
});
