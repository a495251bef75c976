import middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../../lib/log/logger.ts";
import {
  completed,
  createFence,
  dynamoDbGroups,
  dynamoDbTable,
  eachRecord,
  fenced,
  type GroupTable,
  pollingMiddleware,
  type RecordHandler,
} from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";

let queues: LocalQueues;
let table: LocalTable;
let logged: LogEntry[];
beforeEach(async () => {
  queues = await startLocalQueues();
  table = await startLocalTable();
  logged = [];
});
afterEach(async () => {
  await queues.close();
  await table.close();
});

/** Runs a composer's stack, with a message of its own. @returns the ids of the records that failed */
const run = async (event: SQSEvent, change: (groups: GroupTable) => GroupTable = (of) => of) => {
  const { queueUrl, outcomeQueueUrl, sqs: client, now } = queues;
  const { tableName, documents } = table;
  const logger = (entry: LogEntry) => logged.push(entry);
  const fence = createFence({
    table: dynamoDbTable({ tableName, client: documents }),
    now,
    logger,
  });
  const groups = change(dynamoDbGroups({ tableName, client: documents }));
  const stack = { queueUrl, outcomeQueueUrl, fence, groups, client, logger, now };
  const handle: RecordHandler = ({ body }) => {
    const { pollId, status } = JSON.parse(body);
    return completed({ outcomeId: pollId, pollId, status });
  };
  const handler = middy<SQSEvent>()
    .use(pollingMiddleware(stack))
    .handler(eachRecord(fenced(handle, { fence }), { now }));
  const { batchItemFailures } = await handler(event, lambdaContext());
  return batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier);
};
const job = (pollId: string, status = "succeeded", size = 2) =>
  JSON.stringify({ pollId, status, group: { id: "g", size } });
const outcomes = async () =>
  (await queues.receive(queues.outcomeQueueUrl)).map(({ Body = "" }) => JSON.parse(Body));

describe("a composer's stack with groups", () => {
  it("delivers the outcome of a group, and keeps none back when a call fails", async () => {
    const event = await queues.event(job("a"), job("b", "failed"));
    // Each call fails once, before or after it was done, as if the invocation had died there.
    const failing =
      (name: keyof GroupTable, isDone: boolean) =>
      (groups: GroupTable): GroupTable => ({
        ...groups,
        async [name](...call: never[]) {
          if (isDone) await (groups[name] as (...of: never[]) => Promise<unknown>)(...call);
          throw new Error(`${name} failed`);
        },
      });
    const both = event.Records.map(({ messageId }) => messageId);
    for (const isDone of [false, true]) {
      expect(await run(event, failing("add", isDone))).toEqual(both);
      expect(await run(event, failing("decide", isDone))).toEqual(both);
    }
    // What failed was not delivered either: it comes back as a whole.
    expect(await outcomes()).toEqual([]);
    expect(await run(event, failing("noteSent", false))).toEqual([]);
    expect(await run(event)).toEqual([]);
    const ids = new Set<string>();
    for (const record of [await queues.event(), await queues.event()].flatMap((of) => of.Records)) {
      expect(await run({ Records: [record] })).toEqual([]);
    }
    for (const outcome of (await outcomes()).filter(({ groupId }) => groupId === "g")) {
      ids.add(JSON.stringify(outcome));
    }
    expect(ids.size).toBe(1);
    expect(JSON.parse([...ids][0] ?? "")).toMatchObject({
      status: "failed",
      counts: { succeeded: 1, failed: 1 },
    });
  });

  it("says which poll came after its group's outcome", async () => {
    await run(await queues.event(job("a", "succeeded", 1)));
    await run(await queues.event(job("b", "succeeded", 1)));
    expect(logged.filter(({ message }) => message.startsWith("poll not counted"))).toMatchObject([
      { level: "WARN", pollId: "b", groupId: "g" },
    ]);
  });
});
