import { deflateRawSync } from "node:zlib";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { type ClientWorld, startClientWorld } from "../../support/client-world.ts";

const row = (pollId: string, more: object = {}) => ({
  pollId,
  seen: 1,
  owner: "copy",
  claimId: "claim",
  leaseUntil: 0,
  ttl: Math.ceil(Date.now() / 1000),
  ...more,
});
const put = ({ table }: ClientWorld, Item: object) =>
  table.documents.send(new PutCommand({ TableName: table.tableName, Item: { ...Item } }));
const listed = async ({ client }: ClientWorld) =>
  (await Array.fromAsync(client.list())).map(({ pollId }) => pollId);

it.each<[string, object]>([
  ["of another program", { pollId: "x", name: "an order" }],
  ["with a text in the place of a number", row("x", { leaseUntil: "soon" })],
  ["with an outcome that is not compressed", row("x", { outcome: new Uint8Array([1, 2, 3]) })],
  ["with an outcome that is not JSON", row("x", { outcome: deflateRawSync("gone") })],
])("a row %s hides no poll, and is neither shown nor cancelled", async (_, item) => {
  await using world = await startClientWorld();
  await put(world, item);
  await put(world, row("poll"));
  expect(await listed(world)).toEqual(["poll"]);
  const before = await world.table.row("x");
  const { client } = world;
  await expect(client.status("x")).rejects.toThrow(/not one of the poller's/);
  await expect(client.cancel("x")).rejects.toThrow(/not one of the poller's/);
  expect(await world.table.row("x")).toEqual(before);
});

it.each<[string, object]>([
  ["undelivered", { undelivered: "{" }],
  ["progress", { progress: 5 }],
  ["changedAt", { changedAt: "now" }],
  ["state", { state: 1, startedAt: "x" }],
  ["huge number", { ttl: 2n ** 70n, foreign: 2n ** 80n }],
])(
  "a poll whose row has a strange %s is shown without it, and can be cancelled",
  async (_, more) => {
    await using world = await startClientWorld();
    await put(world, row("poll", more));
    expect(await listed(world)).toEqual(["poll"]);
    expect(await world.client.status("poll")).toMatchObject({ pollId: "poll", state: "waiting" });
    expect(await world.client.cancel("poll")).toEqual({ state: "cancelled", cancelled: true });
  },
);

it.each(['{"mine":1}', "[1]", '"text"', "null"])(
  "a poll with the outcome %s, of a stack of one's own, has ended, and is not cancelled",
  async (json) => {
    await using world = await startClientWorld();
    const ttl = Math.ceil(Date.now() / 1000);
    await put(world, row("poll", { outcome: deflateRawSync(json), ttl }));
    const { client } = world;
    expect(await client.cancel("poll")).toEqual({ state: "succeeded", cancelled: false });
    expect(await client.outcomeJson("poll")).toBe(json === "null" ? undefined : json);
    const { changedAt = "" } = (await client.status("poll")) ?? {};
    expect(Date.now() - Date.parse(changedAt)).toBeLessThan(29 * 86_400_000);
  },
);
