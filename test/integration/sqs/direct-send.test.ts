import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  SQSClient,
  type SQSClientConfig,
} from "@aws-sdk/client-sqs";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LARGE_AWS_CALL_LIMITS } from "../../../lib/limits.ts";
import { sendMessages } from "../../../lib/sqs/batch-calls.ts";
import { createSqsClient } from "../../../lib/sqs/client.ts";
import { DirectSendMessageBatchCommand } from "../../../lib/sqs/direct-send.ts";
import { type ServerAnswer, startAnswering } from "../../support/answering-server.ts";
import { startLocalQueues } from "../../support/local-queues.ts";

const CREDENTIALS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "a session/token+=",
};

const QUEUE_OF_AWS = "https://sqs.eu-west-1.amazonaws.com/000000000000/polls";

const inputFor = (QueueUrl: string): SendMessageBatchCommandInput => ({
  QueueUrl,
  Entries: [
    { Id: "0", MessageBody: "größe" },
    {
      Id: "1",
      MessageBody: "two",
      DelaySeconds: 3,
      MessageAttributes: {
        text: { DataType: "String", StringValue: "a" },
        bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 255, 7]) },
      },
      MessageSystemAttributes: {
        AWSTraceHeader: {
          DataType: "String",
          StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793",
        },
      },
    },
  ],
});
const INPUT = inputFor(QUEUE_OF_AWS);

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function startServer(answers: readonly ServerAnswer[]) {
  const server = await startAnswering(answers);
  cleanUps.push(() => server[Symbol.asyncDispose]());
  return server;
}

function clientOf(config: SQSClientConfig): SQSClient {
  const requestHandler = LARGE_AWS_CALL_LIMITS;
  const settings = { region: "eu-west-1", credentials: CREDENTIALS, requestHandler };
  const client = new SQSClient({ ...settings, md5: false, ...config });
  cleanUps.push(() => client.destroy());
  return client;
}

const refusal = (name: string) =>
  JSON.stringify({ __type: `com.amazonaws.sqs#${name}`, message: "no" });
const SENT = { status: 200, body: '{"Successful":[]}' };
const THROTTLED = { status: 403, body: refusal("RequestThrottled") };

const REGIONAL = { useQueueUrlAsEndpoint: false };
const nothing = () => undefined;
/** The SDK warns when it calls a queue's host. */
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

const COMMANDS = [
  ["the SDK's SendMessageBatch", SendMessageBatchCommand],
  ["the direct SendMessageBatch", DirectSendMessageBatchCommand],
] as const;

/** The same for both commands, so that the direct one is shown to do what the SDK's own does. */
describe.each(COMMANDS)("%s", (_name, Command) => {
  it("sends bodies, delays and attributes of every type", async () => {
    const queues = await startLocalQueues();
    cleanUps.push(() => queues.close());
    const input = inputFor(queues.queueUrl);
    const { Failed } = await queues.sqs.send(new Command(input));
    expect(Failed).toBeUndefined();
    expect(await queues.receive(queues.queueUrl)).toMatchObject([{ Body: "größe" }]);
    queues.advance(3000);
    expect(await queues.receive(queues.queueUrl)).toMatchObject([
      {
        Body: "two",
        Attributes: { AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793" },
        MessageAttributes: {
          text: { StringValue: "a" },
          bytes: {
            BinaryValue: expect.toSatisfy((value) => Buffer.of(0, 255, 7).equals(value)),
          },
        },
      },
    ]);
  });

  it("tells which entries SQS refused, and why", async () => {
    const refused = { Id: "1", SenderFault: true, Code: "InvalidMessageContents", Message: "no" };
    const Successful = [{ Id: "0", MessageId: "m", MD5OfMessageBody: "any" }];
    const body = JSON.stringify({ Failed: [refused], Successful });
    const { endpoint } = await startServer([{ status: 200, body }]);
    const { Failed } = await clientOf({ endpoint }).send(new Command(INPUT));
    expect(Failed).toEqual([refused]);
  });

  it("is signed as AWS asks", async () => {
    const { calls, endpoint } = await startServer([SENT]);
    const client = clientOf({ endpoint });
    await client.send(new Command(INPUT));
    const [call] = calls;
    if (call === undefined) throw new Error("the server was not called");
    const { path, headers, body } = call;
    expect(headers).toMatchObject({
      "x-amz-target": "AmazonSQS.SendMessageBatch",
      "x-amz-security-token": CREDENTIALS.sessionToken,
      "content-type": "application/x-amz-json-1.0",
    });
    const { authorization = "" } = headers;
    const names = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(";") ?? [];
    expect(names).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-target"]));
    const signer = new SignatureV4({
      service: "sqs",
      region: "eu-west-1",
      credentials: CREDENTIALS,
      sha256: client.config.sha256,
      applyChecksum: false,
    });
    const signed = Object.fromEntries(names.map((name) => [name, headers[name] ?? ""]));
    const place = { method: "POST", protocol: "http:", hostname: "127.0.0.1", path };
    const signingDate = new Date(String(headers["x-amz-date"]).replace(DATE, "$1-$2-$3T$4:$5:$6Z"));
    const again = await signer.sign({ ...place, headers: signed, body }, { signingDate });
    expect(authorization).toBe(again.headers.authorization);
  });

  it("is refused with SQS's error", async () => {
    const { calls, endpoint } = await startServer([
      { status: 400, body: refusal("QueueDoesNotExist") },
    ]);
    await expect(clientOf({ endpoint }).send(new Command(INPUT))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
      message: "no",
      $metadata: { httpStatusCode: 400 },
    });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ["throttled", THROTTLED],
    ["answered 500", { status: 500, body: refusal("InternalError") }],
    ["answered by a proxy that says no JSON", { status: 503, body: "<html>" }],
    ["broken off", undefined],
  ])("is tried again when it was %s", async (_how, answer) => {
    const { calls, endpoint } = await startServer([answer, answer, SENT]);
    await clientOf({ endpoint }).send(new Command(INPUT));
    expect(calls).toHaveLength(3);
  });

  it("has sent nothing when the answer of status 200 is no JSON", async () => {
    const { calls, endpoint } = await startServer([{ status: 200, body: "<html>" }]);
    await expect(clientOf({ endpoint }).send(new Command(INPUT))).rejects.toThrow(Error);
    expect(calls).toHaveLength(1);
  });

  it("ends when its signal aborts before a further try", async () => {
    const { calls, endpoint } = await startServer([THROTTLED]);
    const retryStrategy = new ConfiguredRetryStrategy(2, () => 600_000);
    const ending = new AbortController();
    const client = clientOf({ endpoint, retryStrategy });
    const sent = client.send(new Command(INPUT), { abortSignal: ending.signal });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    ending.abort();
    await expect(sent).rejects.toThrow(Error);
    expect(calls).toHaveLength(1);
  });

  it.each([
    ["the queue's host", {}, "https://queue.example.com"],
    ["the endpoint of the region", REGIONAL, "https://sqs.eu-west-1.amazonaws.com"],
    [
      "an endpoint that is given",
      { endpoint: "https://given.example.com" },
      "https://given.example.com",
    ],
  ])("calls %s", async (_where, config, origin) => {
    vi.stubEnv("AWS_ENDPOINT_URL_SQS", undefined);
    vi.stubEnv("AWS_ENDPOINT_URL", undefined);
    const asked: string[] = [];
    const client = clientOf({
      ...config,
      logger: SILENT,
      requestHandler: {
        async handle({
          protocol,
          hostname,
          path,
        }: Record<"protocol" | "hostname" | "path", string>) {
          asked.push(`${protocol}//${hostname}${path}`);
          throw new Error("not called");
        },
      },
    });
    const input = inputFor("https://queue.example.com/000000000000/polls");
    await expect(client.send(new Command(input))).rejects.toThrow("not called");
    expect(asked).toEqual([`${origin}/`]);
  });
});

describe("sendMessages", () => {
  it("calls the middlewares that were added to a client", async () => {
    const { endpoint } = await startServer([SENT]);
    const client = clientOf({ endpoint });
    const called: string[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        called.push("middleware");
        return next(args);
      },
      { step: "initialize" },
    );
    const results = await sendMessages(client, QUEUE_OF_AWS, [{ body: "hello" }]);
    expect(results).toEqual([undefined]);
    expect(called).toEqual(["middleware"]);
  });

  it.each([
    ["no JSON", "<html>"],
    ["JSON of something else", '{"message":"ok"}'],
  ])("does not know whether messages were sent whose answer is %s", async (_what, body) => {
    const { endpoint } = await startServer([{ status: 200, body }]);
    vi.stubEnv("AWS_ENDPOINT_URL_SQS", endpoint);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "any");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "any");
    vi.stubEnv("AWS_REGION", "eu-west-1");
    const client = createSqsClient(process.env);
    cleanUps.push(() => client.destroy());
    const [result] = await sendMessages(client, QUEUE_OF_AWS, [{ body: "hello" }]);
    expect(result).toMatchObject({ name: "SqsRefusalError", mayBeAccepted: true });
  });
});
