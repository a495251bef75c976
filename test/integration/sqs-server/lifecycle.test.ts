import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { QueueService } from "../../../infra/local/queue/queue-service.ts";
import { type SqsServerOptions, startSqsServer } from "../../../infra/local/sqs/server.ts";

/** A server and its client, which are closed after the test. */
async function started(options: SqsServerOptions = {}) {
  const server = await startSqsServer(options);
  const sqs = new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    maxAttempts: 1,
  });
  const close = vi.fn(() => server.close());
  onTestFinished(async () => {
    sqs.destroy();
    if (close.mock.calls.length === 0) await close();
  });
  const createQueue = async (QueueName = "polls") => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    return QueueUrl;
  };
  const receive = async (
    QueueUrl: string | undefined,
    more: { WaitTimeSeconds?: number; MaxNumberOfMessages?: number } = {},
  ) => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [];
  return { server, sqs, close, createQueue, receive };
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "request-poller-queues-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

describe("closing", () => {
  it("answers waiting receives at once, without messages", async () => {
    const { createQueue, receive, close } = await started();
    const url = await createQueue();
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    const elsewhere = await started();
    const wholeWait = elsewhere.receive(await elsewhere.createQueue(), { WaitTimeSeconds: 20 });
    // A round trip, so that the receive is waiting.
    await createQueue();
    const first = [close().then(() => "closed"), wholeWait.then(() => "waited")];
    expect(await Promise.race(first)).toBe("closed");
    expect(await waiting).toEqual([]);
  });

  it("names a port in use", async () => {
    const { server } = await started();
    const port = Number(new URL(server.endpoint).port);
    await expect(startSqsServer({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  });
});

describe("a server with a given service", () => {
  it("lets tests inject faults that clients see", async () => {
    const service = new QueueService();
    const { sqs, createQueue } = await started({ service });
    const QueueUrl = await createQueue();
    service.faults = { call: () => ({ code: "ServiceUnavailable" }) };
    const sending = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await expect(sending).rejects.toMatchObject({
      name: "ServiceUnavailable",
      $metadata: { httpStatusCode: 503 },
    });
  });

  it("wakes clients when a test sends a message directly to the service", async () => {
    const service = new QueueService();
    const { createQueue, receive } = await started({ service });
    const waiting = receive(await createQueue(), { WaitTimeSeconds: 20 });
    service.sendMessage("polls", { body: "x", delaySeconds: 1 });
    expect((await waiting).map(({ Body }) => Body)).toEqual(["x"]);
  });

  it("cannot be combined with a data directory", async () => {
    const service = new QueueService();
    await expect(startSqsServer({ service, dataDir: "unused" })).rejects.toThrow(TypeError);
  });
});

it("uses the given clock", async () => {
  let now = Date.UTC(2026, 0, 1);
  const { sqs, createQueue, receive } = await started({ now: () => now });
  const QueueUrl = await createQueue();
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late", DelaySeconds: 900 }));
  expect(await receive(QueueUrl)).toEqual([]);
  now += 900_000;
  expect(await receive(QueueUrl)).toHaveLength(1);
});

describe("a data directory", () => {
  it("keeps queues and messages over a restart", async () => {
    const dataDir = await temporaryDirectory();
    const first = await started({ dataDir });
    const url = await first.createQueue();
    for (const MessageBody of ["deleted", "kept"]) {
      await first.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    }
    const [deleted] = await first.receive(url);
    await first.sqs.send(
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: deleted?.ReceiptHandle }),
    );
    await first.close();
    expect(await readdir(dataDir)).toEqual(["queues.json"]);

    const second = await started({ dataDir });
    const { QueueUrl } = await second.sqs.send(new GetQueueUrlCommand({ QueueName: "polls" }));
    const messages = await second.receive(QueueUrl, { MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual([
      deleted?.Body === "kept" ? "deleted" : "kept",
    ]);
  });

  it("already has a message sent a moment before the server dies", async () => {
    const dataDir = await temporaryDirectory();
    const { sqs, createQueue } = await started({ dataDir });
    const QueueUrl = await createQueue();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "unforgotten" }));
    await vi.waitFor(
      async () =>
        expect(await readFile(join(dataDir, "queues.json"), "utf8")).toContain("unforgotten"),
      { timeout: 60_000, interval: 20 },
    );
  });

  it.each([
    '{"format":"request-poller queues","version":1,"queues":[{',
    '{"name":"someone-else"}',
    "",
  ])("is not overwritten when its file is damaged or foreign: %s", async (text) => {
    const dataDir = await temporaryDirectory();
    const path = join(dataDir, "queues.json");
    await writeFile(path, text);
    await expect(startSqsServer({ dataDir })).rejects.toThrow(`${path} is not a complete snapshot`);
    expect(await readFile(path, "utf8")).toBe(text);
  });
});
