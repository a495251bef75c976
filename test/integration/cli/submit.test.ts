import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SqsServer, startSqsServer } from "../../../infra/local/sqs/server.ts";
import { runHere } from "../../support/run-here.ts";
import { runCli, serve } from "../../support/running-cli.ts";

let server: SqsServer;
let sqs: SQSClient;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "submit-"));
  server = await startSqsServer();
  sqs = new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
});

afterAll(async () => {
  sqs.destroy();
  await server.close();
  await rm(folder, { recursive: true });
});

async function createQueue(name: string, Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  if (QueueUrl === undefined) throw new Error("no queue");
  return QueueUrl;
}

async function bodiesIn(queueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies.sort();
    for (const { Body = "", ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const poll = (id: number, more = "") =>
  `{"pollId": "poll-${id}", "request": {"url":"http://127.0.0.1/${id}"}, "context": 1.00000000000000000${id}${more}}`;

describe.concurrent("request-poller submit", () => {
  it("sends each line of a file as it was written", async () => {
    const queueUrl = await createQueue("lines");
    const lines = Array.from({ length: 57 }, (_, index) => poll(index));
    const file = await fileOf("lines.jsonl", `${lines.join("\n")}\n`);
    const { code, stdout, stderr } = await runCli(["submit", file, "--queue-url", queueUrl]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `57 of 57 messages sent to ${queueUrl}\n`,
    });
    expect(stderr).toMatch(/^(sent \d+ of 57 messages\n)+$/);
    expect(stderr).toContain("sent 57 of 57 messages");
    expect(await bodiesIn(queueUrl)).toEqual(lines.sort());
  });

  it("gives a pollId to a message without one, says it, and keeps the digits of its numbers", async () => {
    const queueUrl = await createQueue("ids");
    const input = `${poll(1)}\n{"request":{"url":"http://127.0.0.1/2"},"context":1.000000000000000001}`;
    const { code, stderr } = await runHere(["submit", "-", "--queue-url", queueUrl], input);
    expect(code).toBe(0);
    const [, pollId] = /^line 2: its pollId is (\S+)$/m.exec(stderr) ?? [];
    expect(stderr).not.toContain("line 1:");
    expect(await bodiesIn(queueUrl)).toEqual([
      poll(1),
      `{"pollId":"${pollId}","request":{"url":"http://127.0.0.1/2"},"context":1.000000000000000001}`,
    ]);
  });

  it("accepts an array on standard input, and an endpoint other than that of the queue's URL", async () => {
    const queueUrl = await createQueue("array");
    const elsewhere = queueUrl.replace(server.endpoint, "http://sqs.us-east-1.amazonaws.com");
    const input = `[\n  ${poll(1)},\n  ${poll(2)}\n]`;
    const args = ["submit", "-", "--queue-url", elsewhere, "--endpoint-url", server.endpoint];
    expect(await runHere(args, input)).toMatchObject({ code: 0 });
    expect(await bodiesIn(queueUrl)).toEqual([poll(1), poll(2)]);
  });

  it("names every wrong line by its number and sends nothing", async () => {
    const queueUrl = await createQueue("bad");
    const text = [poll(1), "not JSON", poll(3), poll(4, ',"maxRetrys":3'), "[]", '{"request":{}}'];
    const file = await fileOf("bad.jsonl", text.join("\n"));
    const { code, stdout, stderr } = await runHere(["submit", file, "--queue-url", queueUrl]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("4 of 6 messages cannot be polled; nothing was sent");
    expect(stderr).toContain("line 2: message body: is not valid JSON: at column 1");
    expect(stderr).toContain("line 4: maxRetrys: unknown field");
    expect(stderr).toContain("line 5: message body: must be a JSON object");
    expect(stderr).toContain("line 6: request.url:");
    expect(stderr).not.toMatch(/line [13]:/);
    expect(await bodiesIn(queueUrl)).toEqual([]);
  });

  it("says what to do where nothing listens at the queue's URL", async () => {
    const queueUrl = "http://127.0.0.1:1/000000000000/polls";
    const { code, stderr } = await runHere(["submit", "-", "--queue-url", queueUrl], poll(1));
    expect(code).toBe(1);
    expect(stderr).toContain("line 1: not sent: ");
    expect(stderr).toContain("if it is the local stack, start `request-poller local`");
  });

  it("names the messages that may have been sent, and says how to send them again", async () => {
    const origin = await serve((request) => request.socket.destroy());
    const queueUrl = `${origin}/000000000000/polls`;
    const { code, stdout, stderr } = await runHere(
      ["submit", "-", "--queue-url", queueUrl],
      poll(1),
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: `0 of 1 messages sent to ${queueUrl}\n` });
    expect(stderr).toMatch(
      /^line 1: may have been sent, with the pollId \S+: SendMessage failed: /m,
    );
    expect(stderr).toContain("again only with the same pollIds");
  });

  it("names the messages that SQS refused, and counts the sent ones", async () => {
    const queueUrl = await createQueue("refused", { MaximumMessageSize: "1024" });
    const long = poll(2).replace("/2", `/${"2".repeat(1024)}`);
    const input = [poll(1), long, poll(3)].join("\n");
    const { code, stdout, stderr } = await runHere(["submit", "-", "--queue-url", queueUrl], input);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `2 of 3 messages sent to ${queueUrl}\n` });
    expect(stderr).toMatch(/line 2: not sent: .*InvalidParameterValue/);
    expect(await bodiesIn(queueUrl)).toHaveLength(2);
  });

  it("says which lines were not sent when the queue cannot be reached", async () => {
    const queueUrl = `${server.endpoint}/000000000000/nosuch`;
    const input = Array.from({ length: 1000 }, (_, index) => poll(index)).join("\n");
    const { code, stdout, stderr } = await runHere(["submit", "-", "--queue-url", queueUrl], input);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `0 of 1000 messages sent to ${queueUrl}\n`,
    });
    expect(stderr).toMatch(/line 1: not sent: .*QueueDoesNotExist/);
    expect(stderr).toMatch(/not tried after that: lines \d+-1000/);
  });

  it("says how to set a region, before anything is sent", async () => {
    const args = ["submit", "-", "--queue-url", "https://queues.example/000000000000/polls"];
    const { code, stdout, stderr } = await runHere(args, poll(1));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("error: no AWS region is set: give --region, or set AWS_REGION");
  });

  it.each([
    ["no local stack", ["polls.jsonl", "--port", "1"], "no local stack is running there"],
    [
      "two queues",
      ["polls.jsonl", "--stack", "a", "--queue-url", "http://127.0.0.1:1/q"],
      "give one of --stack, --queue-url and --port",
    ],
    [
      "no file",
      ["nosuch.jsonl", "--queue-url", "http://127.0.0.1:1/q"],
      "nosuch.jsonl cannot be read",
    ],
    ["an empty file", ["-", "--queue-url", "http://127.0.0.1:1/q"], "there is no message in it"],
    ["a queue name instead of a URL", ["-", "--queue-url", "polls"], "--queue-url must be"],
  ])("refuses %s: exit code 2", async (_, args, message) => {
    const { code, stderr } = await runHere(["submit", ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
