import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let table: LocalTable;
let world: PollerWorld;
let handler: Awaited<ReturnType<PollerWorld["load"]>>;
beforeAll(async () => {
  table = await startLocalTable();
  world = await startPollerWorld({
    "/pending": (nth) => ({ status: nth < 3 ? 202 : 200 }),
    "/forged": () => ({ status: 200 }),
    "/first": () => ({ status: 202 }),
  });
  handler = await world.load({
    TABLE_NAME: table.tableName,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await table.close();
});

const NONE = { batchItemFailures: [] };
const handle = async (...texts: string[]) =>
  handler(await world.queues.event(...texts), lambdaContext());
const reasons = async () =>
  (await world.queues.receive(world.queues.deadLetterQueueUrl)).map(
    ({ MessageAttributes }) => MessageAttributes?.reason?.StringValue,
  );

describe("a pollId in use by another poll", () => {
  it("is refused to other requests and forged messages: they get no outcome, and the poll continues", async () => {
    const { message, queues, jobs } = world;
    const poll = { pollId: "p", delaySeconds: 0 };
    expect(await handle(message("/pending", poll))).toEqual(NONE);
    const next = await queues.event();
    const forgeries = [
      message("/forged", poll),
      message("/forged", { ...poll, sequence: Number.MAX_SAFE_INTEGER }),
      message("/forged", { ...poll, sequence: Number.MAX_SAFE_INTEGER, copyId: "x", proof: "x" }),
      message("/forged", { ...poll, sequence: 1, copyId: "x" }),
    ];
    expect(await handle(...forgeries)).toEqual(NONE);
    const refused = await reasons();
    expect(refused).toHaveLength(4);
    for (const reason of refused) expect(reason).toMatch(/^pollId: is taken by a/);

    expect(await handler(next, lambdaContext())).toEqual(NONE);
    expect(await handler(await queues.event(), lambdaContext())).toEqual(NONE);
    expect(await world.bodies(queues.outcomeQueueUrl)).toHaveLength(1);
    expect(await handle(...forgeries)).toEqual(NONE);
    expect(jobs.countOf("/forged")).toBe(0);
    expect(await world.bodies(queues.outcomeQueueUrl)).toEqual([]);
    // The forgery with sequence 1 is stale now, so it is dropped.
    expect(await reasons()).toHaveLength(3);
  });

  it("loses no poll after a forged message: the poll becomes a dead letter with the reason", async () => {
    const { message } = world;
    const forged = { pollId: "q", sequence: Number.MAX_SAFE_INTEGER, copyId: "x" };
    await handle(message("/first", forged));
    await handle(message("/pending", { pollId: "q" }));
    expect(await reasons()).toEqual([
      "pollId: is taken by a poll with another request; choose another one",
    ]);
  });
});
