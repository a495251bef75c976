import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
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
import { startAnswering } from "../../support/answering-server.ts";
import { answerByClock, signingDateOf, WRONG_CLOCKS } from "../../support/aws-clock.ts";
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

async function startServer(answers: Parameters<typeof startAnswering>[0]) {
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
const accepted = (Id: string) => ({ Id, MessageId: "m", MD5OfMessageBody: "any" });
const SENT = { status: 200, body: JSON.stringify({ Successful: ["0", "1"].map(accepted) }) };
const THROTTLED = { status: 403, body: refusal("RequestThrottled") };

const REGIONAL = { useQueueUrlAsEndpoint: false };
const nothing = () => undefined;
/** The SDK warns when it calls a queue's host. */
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

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
    const body = JSON.stringify({ Failed: [refused], Successful: [accepted("0")] });
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
    const signingDate = signingDateOf(call);
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

  it("does not count as sent when the answer of status 200 is no JSON", async () => {
    const { calls, endpoint } = await startServer([{ status: 200, body: "<html>" }]);
    await expect(clientOf({ endpoint }).send(new Command(INPUT))).rejects.toThrow(Error);
    expect(calls).toHaveLength(1);
  });

  it.each(WRONG_CLOCKS)("corrects a clock that is %s", async (_how, aheadMs, refused) => {
    const answer = answerByClock(aheadMs, refused, SENT);
    const { calls, endpoint } = await startServer([answer]);
    const client = clientOf({ endpoint });
    // Both are signed before one of them corrects the clock.
    await Promise.all([client.send(new Command(INPUT)), client.send(new Command(INPUT))]);
    expect(calls).toHaveLength(4);
  });

  it.each<[string, object, Record<string, string>]>([
    ["its answer, before a URL", { __type: "ThrottlingException:http://a/b#c" }, {}],
    ["a header", {}, { "x-amzn-errortype": "ThrottlingException:http://a/b#c" }],
  ])("finds the error's name in %s", async (_where, body, headers) => {
    const answer = { status: 400, body: JSON.stringify(body), headers };
    const { endpoint } = await startServer([answer]);
    const client = clientOf({ endpoint, maxAttempts: 1 });
    const refused = { name: "ThrottlingException" };
    await expect(client.send(new Command(INPUT))).rejects.toMatchObject(refused);
  });

  it("waits as long as the service asks, whose answer no log shows", async () => {
    const headers = { "retry-after": "0" };
    const { endpoint } = await startServer([{ status: 503, body: "{}", headers }, SENT]);
    const retryStrategy = new ConfiguredRetryStrategy(2, () => 0);
    const refresh = vi.spyOn(retryStrategy, "refreshRetryTokenForRetry");
    await clientOf({ endpoint, retryStrategy }).send(new Command(INPUT));
    const failure = refresh.mock.calls[0]?.[1];
    expect(failure).toMatchObject({ retryAfterHint: expect.any(Date) });
    expect(inspect(failure?.error)).not.toContain("$response");
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
    expect(await twoOriginsAsked(Command, config)).toEqual([origin, origin]);
  });

  it("calls the queue's host, although the profile has an endpoint", async () => {
    const folder = await mkdtemp(join(tmpdir(), "profile-"));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const file = join(folder, "config");
    await writeFile(file, "[default]\nendpoint_url = https://profile.example.com\n");
    vi.stubEnv("AWS_CONFIG_FILE", file);
    vi.stubEnv("AWS_PROFILE", undefined);
    const origin = "https://queue.example.com";
    expect(await twoOriginsAsked(Command, {})).toEqual([origin, origin]);
  });
});

/** Where a client sends two batches. */
async function twoOriginsAsked(Command: (typeof COMMANDS)[number][1], config: SQSClientConfig) {
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", undefined);
  vi.stubEnv("AWS_ENDPOINT_URL", undefined);
  const asked: string[] = [];
  const requestHandler = {
    async handle({ protocol, hostname }: Record<"protocol" | "hostname", string>) {
      asked.push(`${protocol}//${hostname}`);
      throw new Error("not called");
    },
  };
  const client = clientOf({ ...config, logger: SILENT, requestHandler });
  const input = inputFor("https://queue.example.com/000000000000/polls");
  await expect(client.send(new Command(input))).rejects.toThrow("not called");
  await expect(client.send(new Command(input))).rejects.toThrow("not called");
  return asked;
}

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
    ["a list without them", '{"Successful":[]}'],
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
