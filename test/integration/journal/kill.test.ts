import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { startDynamoDbServer } from "../../../infra/local/dynamodb/server.ts";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";
import { clientsOf, createTable, served, TableName, temporaryFolder } from "./served.ts";

const ROUNDS = 6;
const CALLS_PER_ROUND = 40;
const QueueName = "polls";

/** Only the path of this URL is used. */
const QueueUrl = `http://127.0.0.1/000000000000/${QueueName}`;

it("keeps everything acknowledged when its process is killed under load, repeatedly", async () => {
  const dataDir = await temporaryFolder();
  const sent = new Set<string>();
  const deleting = new Set<string>();
  const deleted = new Set<string>();
  const written = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const { kill, sqs, dynamoDb } = await served(dataDir);
    if (round === 0) {
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "0" } }));
      await createTable(dynamoDb);
    }
    let acknowledged = 0;
    const count = async () => {
      acknowledged++;
      if (acknowledged === CALLS_PER_ROUND) await kill();
    };
    const calls = Array.from({ length: 2 * CALLS_PER_ROUND }, async (_, n) => {
      const id = `${round}-${n}`;
      if (n % 4 === 0) {
        await dynamoDb.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
        written.add(id);
      } else if (n % 4 === 1 && round > 0) {
        const receive = new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 30 });
        const [message] = (await sqs.send(receive)).Messages ?? [];
        const { ReceiptHandle, Body = "" } = message ?? {};
        if (ReceiptHandle === undefined) return;
        deleting.add(Body);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        deleted.add(Body);
      } else {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: id }));
        sent.add(id);
      }
      await count();
    });
    await Promise.allSettled(calls);
    expect(acknowledged).toBeGreaterThanOrEqual(CALLS_PER_ROUND);
  }

  const server = await startSqsServer({ dataDir, now: () => Date.now() + 60_000 });
  const tables = await startDynamoDbServer({ dataDir });
  const { sqs, dynamoDb } = clientsOf({ sqs: server.endpoint, dynamoDb: tables.endpoint });
  const found = new Set<string>();
  for (let isEmpty = false; !isEmpty; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    for (const { Body = "" } of Messages) found.add(Body);
    isEmpty = Messages.length === 0;
  }
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName }));
  const rows = new Set(Items.map(({ id }) => id?.S));
  await server.close();
  await tables.close();
  expect([...deleted].filter((body) => found.has(body))).toEqual([]);
  // A delete may have happened even if its answer was lost.
  expect([...sent].filter((body) => !found.has(body) && !deleting.has(body))).toEqual([]);
  expect([...written].filter((id) => !rows.has(id))).toEqual([]);
});

it("refuses a second process, names the first one, and accepts the second after the first has died", async () => {
  const dataDir = await temporaryFolder();
  const { pid, kill } = await served(dataDir);
  await expect(startSqsServer({ dataDir })).rejects.toThrow(`in use by process ${pid}`);
  await expect(startDynamoDbServer({ dataDir })).rejects.toThrow(`in use by process ${pid}`);
  await kill();
  await (await startSqsServer({ dataDir })).close();
  await (await startDynamoDbServer({ dataDir })).close();
});
