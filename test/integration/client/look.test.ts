import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { type ListOptions, NoTableError, WaitTimeoutError } from "../../../lib/client/index.ts";
import { packOutcome } from "../../../lib/fence/packed-outcome.ts";
import { exactNumber } from "../../../lib/json/json.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { type ClientWorld, startClientWorld } from "../../support/client-world.ts";
import { documentClient } from "../../support/local-table.ts";

const pageSchema = z.object({ Count: z.number() });

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const NOW = Date.now();
const row = (pollId: string, more: Readonly<Record<string, unknown>> = {}) => ({
  pollId,
  seen: 1,
  owner: "copy",
  claimId: `claim of ${pollId}`,
  leaseUntil: 0,
  state: "waiting",
  changedAt: NOW,
  ttl: Math.ceil(NOW / 1000) + 1000,
  ...more,
});
const packed = (pollId: string, more: object = {}) =>
  packOutcome({
    kind: "completed",
    outcome: {
      ...outcomeOf({ pollId, retryCount: 2, startedAt: NOW }, { status: "succeeded" }, NOW),
      ...more,
    },
  });
const put = (Item: Record<string, unknown>, { table } = world) =>
  table.documents.send(new PutCommand({ TableName: table.tableName, Item }));

describe("status", () => {
  it("says where a poll is", async () => {
    await put(row("alive"));
    expect(await world.client.status("alive")).toMatchObject({ pollId: "alive", state: "waiting" });
  });

  it("says why a poll ended badly", async () => {
    const error = { name: "HttpStatusError", message: "the server answered 410" };
    await put(row("withdrawn", { outcome: packed("withdrawn", { status: "failed", error }) }));
    expect(await world.client.status("withdrawn")).toMatchObject({
      state: "failed",
      waitsFor: "the server answered 410",
    });
  });

  it("knows nothing of a poll without a row", async () => {
    expect(await world.client.status("nobody")).toBeUndefined();
    expect(await world.client.outcome("nobody")).toBeUndefined();
  });
});

describe("outcome", () => {
  it("reads it from the row, and its text with all digits", async () => {
    const result = { id: exactNumber("12345678901234567890") };
    await put(row("ended", { state: "succeeded", outcome: packed("ended", { result }) }));
    expect(await world.client.outcome("ended")).toMatchObject({
      pollId: "ended",
      status: "succeeded",
      result: { id: Number("12345678901234567890") },
    });
    expect(await world.client.outcomeJson("ended")).toContain('{"id":12345678901234567890}');
  });

  it("is none while the poll goes on", async () => {
    await put(row("goes on"));
    expect(await world.client.outcome("goes on")).toBeUndefined();
  });

  it("stays shortened, and says where the whole one is, when the bucket cannot be reached", async () => {
    const stored = { bucket: "outcomes", key: "large/1.json" };
    await put(row("large", { outcome: packed("large", { stored }) }));
    const s3 = { send: () => Promise.reject(new Error("AccessDenied")) };
    const client = world.with({ s3: Object.assign(Object.create(null), s3) });
    expect(await client.outcome("large")).toMatchObject({ pollId: "large", stored });
  });
});

describe("waitFor", () => {
  it("resolves with the outcome as soon as there is one", async () => {
    const waiting = world.client.waitFor("later");
    await put(row("later"));
    await put(row("later", { outcome: packed("later") }));
    expect(await waiting).toMatchObject({ pollId: "later", status: "succeeded" });
  });

  it("says what is known when the time is up", async () => {
    await put(row("slow"));
    const slow = world.client.waitFor("slow", { timeoutMs: 1 });
    await expect(slow).rejects.toThrow(WaitTimeoutError);
    await expect(slow).rejects.toThrow(/^poll slow: has not ended within 1 ms: waiting/);
    await expect(world.client.waitFor("nobody", { timeoutMs: 1 })).rejects.toThrow(/not known/);
  });

  it.each([
    { name: "ProvisionedThroughputExceededException", $fault: "client" },
    { name: "InternalServerError", $fault: "server" },
  ])("goes on when the table is busy: $name", async (error) => {
    let looks = 0;
    const busy = documentClient(world.table.endpoint);
    busy.middlewareStack.add((next) => (args) => {
      if (++looks <= 2) throw Object.assign(new Error("busy"), error);
      return next(args);
    });
    await put(row("busy", { outcome: packed("busy") }));
    const { waitFor } = world.with({ dynamodb: busy });
    await expect(waitFor("busy", { timeoutMs: 0 })).rejects.toThrow(/has not said what it does/);
    expect(await waitFor("busy")).toMatchObject({ pollId: "busy", status: "succeeded" });
    expect(looks).toBe(3);
    busy.destroy();
  });

  it("ends at once when it may not read the table", async () => {
    const gone = world.with({ tableName: "gone" });
    await expect(gone.waitFor("p", { timeoutMs: 60_000 })).rejects.toThrow(/not found/);
  });

  it("ends with the reason of its signal", async () => {
    const stop = new AbortController();
    const waiting = world.client.waitFor("nobody", { signal: stop.signal });
    stop.abort(new Error("the user left"));
    await expect(waiting).rejects.toThrow("the user left");
  });

  it("does not wait for the outcome of a poll that ended without one", async () => {
    const outcome = packOutcome({ kind: "completed" });
    await put(row("silent", { outcome }));
    await expect(world.client.waitFor("silent")).rejects.toThrow(/ended without an outcome/);
  });
});

describe("list", () => {
  it("pages through ten thousand polls, and holds one page of them", async () => {
    const { endpoint, fill } = world.table;
    fill(Array.from({ length: 10_000 }, (_, at) => row(`many-${at}`)));
    const pages: number[] = [];
    const counting = documentClient(endpoint);
    counting.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { Count } = pageSchema.parse(result.output);
        pages.push(Count);
        return result;
      },
      { step: "initialize" },
    );
    const seen = new Set<string>();
    for await (const { pollId } of world.with({ dynamodb: counting }).list()) seen.add(pollId);
    expect([...seen].filter((pollId) => pollId.startsWith("many-"))).toHaveLength(10_000);
    expect(pages.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...pages)).toBeLessThanOrEqual(1000);
    counting.destroy();
  });

  it("lists by state, by time of change and by host", async () => {
    const day = 86_400_000;
    await using other = await startClientWorld();
    const { changedAt: _, state: __, ...previous } = row("of the previous version");
    other.table.fill([
      row("new", { changedAt: NOW }),
      row("old", { changedAt: NOW - 2 * day, ttl: Math.ceil(NOW / 1000) + 26 * 86_400 }),
      { ...previous, ttl: Math.ceil(NOW / 1000) + 28 * 86_400 },
      { pollId: "group#g", size: 2 },
    ]);
    await put(row("ended", { outcome: packed("ended") }), other);
    const listed = async (options: ListOptions) =>
      (await Array.fromAsync(other.client.list(options))).map(({ pollId }) => pollId).toSorted();
    expect(await listed({})).toEqual(["ended", "new", "of the previous version", "old"]);
    expect(await listed({ state: "succeeded" })).toEqual(["ended"]);
    expect(await listed({ state: ["waiting", "held"] })).not.toContain("ended");
    expect(await listed({ since: new Date(NOW - day) })).toEqual([
      "ended",
      "new",
      "of the previous version",
    ]);
    expect(await listed({ host: "api.example.com" })).toEqual([]);
    await expect(listed({ since: "yesterday" })).rejects.toThrow("list: since must be a time");
  });

  it("reads no further page when the caller stops", async () => {
    let count = 0;
    for await (const _ of world.client.list()) if (++count === 3) break;
    expect(count).toBe(3);
  });
});

describe("without a table", () => {
  it("says so, and what works instead", async () => {
    const client = world.with({ tableName: undefined });
    const calls = [
      () => client.status("a"),
      () => client.cancel("a"),
      () => client.outcome("a"),
      () => client.waitFor("a"),
      async () => client.list(),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(NoTableError);
    await expect(client.cancel("a")).rejects.toThrow(/^cancel: needs the fence's table.*expiresAt/);
  });
});
