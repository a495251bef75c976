import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod/mini";
import { startDynamoDbServer } from "../../../infra/local/dynamodb/server.ts";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";

const ROUNDS = 6;
const CALLS_PER_ROUND = 40;
const TableName = "rows";
const QueueName = "polls";

const started = z.object({ sqs: z.string(), dynamoDb: z.string() });

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "request-poller-kept-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** Serves a folder in a separate process, which is killed after the test at the latest. */
async function served(dataDir: string) {
  const child: ChildProcess = fork(join(import.meta.dirname, "serve-until-killed.ts"), [dataDir]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [endpoints] = await once(child, "message");
  return { child, ...clientsOf(started.parse(endpoints)) };
}

function clientsOf(endpoints: z.output<typeof started>) {
  const shared = {
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
  const sqs = new SQSClient({
    ...shared,
    endpoint: endpoints.sqs,
    useQueueUrlAsEndpoint: false,
  });
  const dynamoDb = new DynamoDBClient({ ...shared, endpoint: endpoints.dynamoDb });
  onTestFinished(() => {
    sqs.destroy();
    dynamoDb.destroy();
  });
  return { sqs, dynamoDb };
}

/** Only the path of this URL is used. */
const QueueUrl = `http://127.0.0.1/000000000000/${QueueName}`;

it("keeps everything acknowledged when its process is killed under load, repeatedly", async () => {
  const dataDir = await temporaryDirectory();
  const sent = new Set<string>();
  const deleting = new Set<string>();
  const deleted = new Set<string>();
  const written = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const { child, sqs, dynamoDb } = await served(dataDir);
    if (round === 0) {
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "0" } }));
      await dynamoDb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        }),
      );
    }
    let acknowledged = 0;
    const count = () => {
      acknowledged++;
      if (acknowledged === CALLS_PER_ROUND) child.kill("SIGKILL");
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
      count();
    });
    const exited = once(child, "exit");
    await Promise.allSettled(calls);
    await exited;
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
  const dataDir = await temporaryDirectory();
  const { child } = await served(dataDir);
  await expect(startSqsServer({ dataDir })).rejects.toThrow(`in use by process ${child.pid}`);
  await expect(startDynamoDbServer({ dataDir })).rejects.toThrow(`in use by process ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await startSqsServer({ dataDir })).close();
  await (await startDynamoDbServer({ dataDir })).close();
});
