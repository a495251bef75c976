import type { SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deleteRecords } from "../../../infra/local/event-source-mapping/delete-records.ts";
import { MAX_GROUP_SIZE } from "../../../lib/limits.ts";
import type { GroupOutcome, PollMessage } from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type DestinationsWorld, startDestinationsWorld } from "./destinations-world.ts";

let destinations: DestinationsWorld;
let world: DestinationsWorld["world"];
let table: DestinationsWorld["table"];
let services: DestinationsWorld["services"];
let handler: Awaited<ReturnType<DestinationsWorld["world"]["load"]>>;
beforeAll(async () => {
  destinations = await startDestinationsWorld({
    "/done": () => ({ status: 200 }),
    "/gone": () => ({ status: 404 }),
    "/busy": () => ({ status: 202 }),
  });
  ({ world, table, services } = destinations);
  handler = await world.load(ENVIRONMENT());
});
afterAll(() => destinations[Symbol.asyncDispose]());
beforeEach(() => destinations.forget());

const ENVIRONMENT = () => ({
  POLL_ALLOW_DELIVERIES: "eventBus:orders",
  AWS_ENDPOINT_URL_EVENTBRIDGE: services.url,
  TABLE_NAME: table.tableName,
  AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
});

type Group = NonNullable<PollMessage["group"]>;

const member = (pollId: string, group: Group, path = "/done", fields: Partial<PollMessage> = {}) =>
  world.message(path, { pollId, group, ...fields });

/** Runs a batch, as Lambda does. */
const run = async (...messages: string[]): Promise<SQSRecord[]> => {
  const { queues } = world;
  const { Records } = await queues.event(...messages);
  const { batchItemFailures } = await handler({ Records }, lambdaContext());
  expect(batchItemFailures).toEqual([]);
  await deleteRecords(queues.sqs, queues.queueUrl, Records);
  return Records;
};
const outcomes = async () =>
  (await world.bodies(world.queues.outcomeQueueUrl)).map((body) => JSON.parse(body));
const groupOutcomes = async (): Promise<GroupOutcome[]> =>
  (await outcomes()).filter(({ groupId }) => groupId !== undefined);
const letters = async () =>
  (await world.queues.receive(world.queues.deadLetterQueueUrl)).map(
    ({ MessageAttributes }) => MessageAttributes?.reason?.StringValue,
  );

const NONE = { succeeded: 0, failed: 0, exhausted: 0, expired: 0, cancelled: 0 };

describe("when all polls of a group have ended", () => {
  it("one outcome that counts them is delivered, beside their own", async () => {
    const group = { id: "mixed", size: 3 };
    await run(member("m-1", group), member("m-2", group, "/gone"));
    expect((await outcomes()).map(({ pollId }) => pollId).toSorted()).toEqual(["m-1", "m-2"]);
    await run(member("m-3", group, "/busy", { maxRetries: 0 }));
    await run();
    const arrived = await outcomes();
    expect(arrived.map(({ pollId, groupId }) => pollId ?? groupId).toSorted()).toEqual([
      "m-3",
      "mixed",
    ]);
    expect(arrived.find(({ groupId }) => groupId === "mixed")).toEqual({
      outcomeId: expect.stringMatching(/^group#mixed@2/),
      groupId: "mixed",
      status: "failed",
      size: 3,
      counts: { ...NONE, succeeded: 1, failed: 1, exhausted: 1 },
      finishedAt: expect.any(String),
    });
  });

  it("in one batch, also of several groups", async () => {
    const [one, other] = [
      { id: "one", size: 2 },
      { id: "other", size: 1 },
    ];
    await run(member("o-1", one), member("o-2", one), member("o-3", other));
    await run();
    const ended = (await groupOutcomes()).map(({ groupId, status }) => `${groupId} ${status}`);
    expect(ended.toSorted()).toEqual(["one succeeded", "other succeeded"]);
  });

  it("the outcome goes where the members say, and comes back while that is down", async () => {
    const group = { id: "orders", size: 1, deliver: { eventBus: "orders" } };
    await run(member("e-1", group));
    let refusals = 4;
    services.mishap = (action) =>
      action === "PutEvents" && refusals-- > 0
        ? { kind: "error", status: 503, code: "ServiceUnavailable" }
        : undefined;
    for (let round = 0; round < 8; round++) {
      const { Records } = await world.queues.event();
      const { batchItemFailures } = await handler({ Records }, lambdaContext());
      const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      const done = Records.filter(({ messageId }) => !failed.includes(messageId));
      await deleteRecords(world.queues.sqs, world.queues.queueUrl, done);
      world.queues.advance(1_000_000);
    }
    expect(services.accepted).toHaveLength(1);
    expect(services.accepted).toMatchObject([{ to: "orders" }]);
    expect(JSON.parse(services.accepted[0]?.json ?? "")).toMatchObject({ groupId: "orders" });
    expect(await groupOutcomes()).toEqual([]);
    expect(await letters()).toEqual([]);
  });
});

describe("a group counts each poll once", () => {
  it("when records are delivered twice", async () => {
    const group = { id: "twice", size: 2 };
    const Records = await run(member("t-1", group));
    await handler({ Records }, lambdaContext());
    await run();
    expect(await groupOutcomes()).toEqual([]);
    await run(member("t-2", group));
    const messages = await run();
    const [first] = await groupOutcomes();
    expect(first?.counts).toEqual({ ...NONE, succeeded: 2 });
    // The message that delivers the group's outcome is delivered twice too: the same outcome, byte for byte.
    await handler({ Records: messages }, lambdaContext());
    expect(await groupOutcomes()).toEqual([first]);
  });

  it("when a member is submitted twice", async () => {
    const group = { id: "again", size: 2 };
    await run(member("a-1", group));
    await run(member("a-1", group));
    await run();
    expect(await groupOutcomes()).toEqual([]);
  });

  it("and none that comes after its outcome", async () => {
    const group = { id: "late", size: 1 };
    await run(member("l-1", group));
    await run();
    const [first] = await groupOutcomes();
    await run(member("l-2", group));
    await run();
    expect(await outcomes()).toMatchObject([{ pollId: "l-2" }]);
    expect(first?.counts).toEqual({ ...NONE, succeeded: 1 });
  });

  it("and waits for as many as the largest size says", async () => {
    await run(member("s-1", { id: "sizes", size: 3 }));
    await run(member("s-2", { id: "sizes", size: 2 }));
    await run();
    expect(await groupOutcomes()).toEqual([]);
    await run(member("s-3", { id: "sizes", size: 1 }));
    await run();
    expect(await groupOutcomes()).toMatchObject([{ size: 3, counts: { succeeded: 3 } }]);
  });

  it("also when there are as many as can be", async () => {
    const group = { id: "large", size: MAX_GROUP_SIZE };
    const all = Array.from({ length: MAX_GROUP_SIZE }, (_, nth) => ({
      pollId: `large-${nth}`,
      status: "succeeded" as const,
    }));
    const groups = await import("../../../lib/groups/dynamodb-groups.ts");
    const { tableName, documents: client } = table;
    const { countMembers } = await import("../../../lib/groups/count-members.ts");
    const sent: string[] = [];
    const ports = {
      table: groups.dynamoDbGroups({ tableName, client }),
      send: async (message: string) => void sent.push(message),
      now: Date.now,
      signal: undefined,
    };
    expect(await countMembers(group, all, ports)).toEqual([]);
    expect(sent).toHaveLength(1);
    expect(await countMembers(group, all, ports)).toEqual([]);
    expect(sent).toHaveLength(1);
  });
});

it("costs nothing where no message names one", async () => {
  const before = (await table.rows()).length;
  await run(world.message("/done", { pollId: "alone" }));
  expect(await table.rows()).toHaveLength(before + 1);
  expect(Object.keys((await table.row("alone")) ?? {})).not.toContain("size");
});

describe("nobody else gets the outcome of a group", () => {
  const FORGED: readonly [string, object][] = [
    ["without a proof", {}],
    ["as a submission with a request", { request: { url: "https://example.com" } }],
    ["with a wrong proof", { sequence: 5, copyId: "copy", proof: "a guess" }],
  ];

  it.each(FORGED)("%s, while its polls go on", async (name, fields) => {
    const id = `early-${name.replaceAll(" ", "-")}`;
    await run(member(`${id}-1`, { id, size: 2 }));
    await run(JSON.stringify({ pollId: `group#${id}`, ...fields }));
    expect(await letters()).toEqual([expect.stringContaining("pollId: is taken by")]);
    await run(member(`${id}-2`, { id, size: 2 }));
    await run();
    expect(await groupOutcomes()).toMatchObject([{ groupId: id, counts: { succeeded: 2 } }]);
  });

  it.each(FORGED)("%s", async (name, fields) => {
    const id = `forged-${name.replaceAll(" ", "-")}`;
    const forged = JSON.stringify({ pollId: `group#${id}`, ...fields });
    await run(forged);
    expect(await letters()).toEqual([expect.stringContaining("pollId: is the id of a group")]);
    await run(member(id, { id, size: 1 }));
    await run();
    expect(await groupOutcomes()).toMatchObject([{ groupId: id, counts: { succeeded: 1 } }]);
    await run(forged);
    expect(await letters()).toEqual([expect.stringContaining("pollId: is taken by")]);
    expect(await outcomes()).toEqual([]);
  });
});

describe("a message is refused, and asks nothing", () => {
  it.each<[string, Partial<PollMessage>, string]>([
    ["with a size of 0", { group: { id: "g", size: 0 } }, "group.size: must be an integer from 1"],
    ["with a size of 1001", { group: { id: "g", size: 1001 } }, "group.size: must be an integer"],
    ["with another id", { group: { id: "g#1", size: 1 } }, "group.id: must be 1 to 128 of"],
    [
      "with a forbidden destination",
      { group: { id: "g", size: 1, deliver: { eventBus: "other" } } },
      "group.deliver.eventBus: must be a destination that POLL_ALLOW_DELIVERIES allows, the stack's parameter AllowDeliveries",
    ],
  ])("%s", async (_name, fields, reason) => {
    const asked = world.jobs.requests.length;
    await run(world.message("/done", { pollId: "refused", ...fields }));
    expect(await letters()).toEqual([expect.stringContaining(reason)]);
    expect(world.jobs.requests).toHaveLength(asked);
  });

  it("without a pollId", async () => {
    const group = { id: "g", size: 1 };
    await run(JSON.stringify({ request: { url: `${world.jobs.url}/done` }, group }));
    expect(await letters()).toEqual([expect.stringContaining("pollId: must be set beside group")]);
  });

  it("where there is no table", async () => {
    const withTable = handler;
    handler = await world.load({ ...ENVIRONMENT(), TABLE_NAME: "" });
    await run(member("no-table", { id: "g", size: 1 }));
    handler = withTable;
    expect(await letters()).toEqual([expect.stringContaining("group: must be left out")]);
  });
});
