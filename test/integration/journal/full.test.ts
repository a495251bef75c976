import { spawnSync } from "node:child_process";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { createTable, served, TableName, temporaryFolder } from "./served.ts";

const LIMIT_BLOCKS = 100;
const TEXT = "x".repeat(5000);
const CALLS = 40;

/** Serves a folder, and asks what is in it. */
async function servedCounting(dataDir: string, blocks?: number) {
  const { sqs, dynamoDb, ...server } = await served(dataDir, blocks);
  const createQueue = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl;
  const countOf = async (QueueUrl: string | undefined) => {
    const AttributeNames = ["ApproximateNumberOfMessages" as const];
    const asked = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Number(asked.Attributes?.ApproximateNumberOfMessages);
  };
  const countRows = async () => (await dynamoDb.send(new ScanCommand({ TableName }))).Count;
  return { ...server, sqs, dynamoDb, createQueue, countOf, countRows };
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
  const dataDir = await temporaryFolder();
  const full = await servedCounting(dataDir, LIMIT_BLOCKS);
  const QueueUrl = await full.createQueue("polls");
  const emptyUrl = await full.createQueue("empty");
  await createTable(full.dynamoDb);
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

    const again = await servedCounting(dataDir);
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
    expect(spawnSync("prlimit", ["--pid", String(full.pid), "--fsize=unlimited:"]).status).toBe(0);
    await send(CALLS);
    await put(CALLS);
    const messages = sent.done + 2;
    const rows = stored.done + 2;
    expect(await full.countOf(QueueUrl)).toBe(messages);
    expect(await full.countRows()).toBe(rows);
    await full.kill();

    const again = await servedCounting(dataDir);
    expect(await again.countOf(QueueUrl)).toBe(messages);
    expect(await again.countRows()).toBe(rows);
  },
  60_000,
);
