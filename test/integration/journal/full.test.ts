import { spawn, spawnSync } from "node:child_process";
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
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod/mini";

const LIMIT_BLOCKS = 100;
const TEXT = "x".repeat(5000);
const CALLS = 40;
const TableName = "rows";

const started = z.object({ sqs: z.string(), dynamoDb: z.string() });
const shared = {
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
};

/** Serves a folder in a process whose files can have only so many blocks, as on a full disk. */
async function served(dataDir: string, blocks: number | "unlimited") {
  const program = join(import.meta.dirname, "serve-until-killed.ts");
  const script = `trap '' XFSZ; ulimit -S -f ${blocks}; exec "$0" "$@"`;
  const child = spawn("sh", ["-c", script, process.execPath, program, dataDir], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  const [message] = await once(child, "message");
  const endpoints = started.parse(message);
  const sqs = new SQSClient({ ...shared, endpoint: endpoints.sqs });
  const dynamoDb = new DynamoDBClient({ ...shared, endpoint: endpoints.dynamoDb });
  onTestFinished(() => {
    sqs.destroy();
    dynamoDb.destroy();
  });
  const createQueue = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl;
  const countOf = async (QueueUrl: string | undefined) => {
    const AttributeNames = ["ApproximateNumberOfMessages" as const];
    const asked = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Number(asked.Attributes?.ApproximateNumberOfMessages);
  };
  const countRows = async () => (await dynamoDb.send(new ScanCommand({ TableName }))).Count;
  return { pid: String(child.pid), sqs, dynamoDb, createQueue, countOf, countRows, kill };
}

/** @returns how many of many calls were answered well, and why the others were refused */
async function tryOften(call: (n: number) => Promise<unknown>) {
  const refusals = new Set<string>();
  let done = 0;
  for (let n = 0; n < CALLS; n++) {
    await call(n).then(
      () => done++,
      (error: unknown) => refusals.add(String(error).replaceAll(/\/\S+\//g, "")),
    );
  }
  return { done, refusals: [...refusals].join() };
}

/** Serves a folder until neither its queues nor its tables can grow. */
async function filled() {
  const dataDir = await mkdtemp(join(tmpdir(), "request-poller-full-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const full = await served(dataDir, LIMIT_BLOCKS);
  const QueueUrl = await full.createQueue("polls");
  const emptyUrl = await full.createQueue("empty");
  await full.dynamoDb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  const waits = full.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: emptyUrl, WaitTimeSeconds: 2 }),
  );
  const send = (n: number) =>
    full.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${n} ${TEXT}` }));
  const put = (n: number) =>
    full.dynamoDb.send(
      new PutItemCommand({ TableName, Item: { id: { S: `${n}` }, text: { S: TEXT } } }),
    );
  const sent = await tryOften(send);
  const stored = await tryOften(put);
  expect(await waits).not.toHaveProperty("Messages");
  await expect(full.createQueue("more")).rejects.toThrow("could not be written");
  return { dataDir, full, QueueUrl, send, put, sent, stored };
}

it.skipIf(process.platform === "win32")(
  "refuses what a full disk cannot keep, and loses and adds nothing when it ends then",
  async () => {
    const { dataDir, full, QueueUrl, sent, stored } = await filled();
    expect(sent.done).toBeGreaterThan(0);
    expect(sent.refusals).toBe(
      "InternalError: queues.json could not be written: EFBIG: file too large, write",
    );
    expect(stored.done).toBeGreaterThan(0);
    expect(stored.refusals).toBe(
      "InternalServerError: tables.json could not be written: EFBIG: file too large, write",
    );
    await full.kill();

    const again = await served(dataDir, "unlimited");
    expect(await again.countOf(QueueUrl)).toBe(sent.done);
    expect(await again.countRows()).toBe(stored.done);
  },
  60_000,
);

const canMakeRoom = spawnSync("prlimit", ["--version"]).status === 0;

it.runIf(canMakeRoom)(
  "goes on once the disk has room: of the refused calls, only the first takes effect, as after a timeout",
  async () => {
    const { dataDir, full, QueueUrl, send, put, sent, stored } = await filled();
    expect(spawnSync("prlimit", ["--pid", full.pid, "--fsize=unlimited:"]).status).toBe(0);
    await send(CALLS);
    await put(CALLS);
    const messages = sent.done + 2;
    const rows = stored.done + 2;
    expect(await full.countOf(QueueUrl)).toBe(messages);
    expect(await full.countRows()).toBe(rows);
    await full.kill();

    const again = await served(dataDir, "unlimited");
    expect(await again.countOf(QueueUrl)).toBe(messages);
    expect(await again.countRows()).toBe(rows);
  },
  60_000,
);
