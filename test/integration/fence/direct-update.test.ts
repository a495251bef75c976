import { inspect } from "node:util";
import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DirectUpdateItemCommand } from "../../../lib/fence/direct-update.ts";
import { AWS_CALL_LIMITS } from "../../../lib/limits.ts";
import { startAnswering } from "../../support/answering-server.ts";
import { answerByClock, signingDateOf, WRONG_CLOCKS } from "../../support/aws-clock.ts";
import { startLocalTable } from "../../support/local-table.ts";

const CREDENTIALS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "a session/token+=",
};

const INPUT: UpdateItemCommandInput = {
  TableName: "polls",
  Key: { pollId: { S: "größe/1" } },
  UpdateExpression: "SET #next = :next, #count = :count, #is = :is",
  ConditionExpression: "attribute_not_exists(#pollId)",
  ExpressionAttributeNames: {
    "#next": "next",
    "#count": "count",
    "#is": "is",
    "#pollId": "pollId",
  },
  ExpressionAttributeValues: {
    ":next": { B: Buffer.from([0, 255, 7]) },
    ":count": { N: "12" },
    ":is": { BOOL: true },
  },
  ReturnValues: "ALL_NEW",
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
};

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

function clientOf(config: DynamoDBClientConfig): DynamoDBClient {
  const settings = { region: "eu-west-1", credentials: CREDENTIALS, ...AWS_CALL_LIMITS };
  const client = new DynamoDBClient({ ...settings, ...config });
  cleanUps.push(() => client.destroy());
  return client;
}

const refusal = (name: string, more: object = {}) =>
  JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "no", ...more });
const WRITTEN = { status: 200, body: "{}" };
const THROTTLED = { status: 400, body: refusal("ThrottlingException") };

const COMMANDS = [
  ["the SDK's UpdateItem", UpdateItemCommand],
  ["the direct UpdateItem", DirectUpdateItemCommand],
] as const;

/** The same for both commands, so that the direct one is shown to do what the SDK's own does. */
describe.each(COMMANDS)("%s", (_name, Command) => {
  it("writes and returns attributes of all types that the fence has", async () => {
    const table = await startLocalTable();
    cleanUps.push(() => table.close());
    const client = clientOf({ endpoint: table.endpoint });
    const { Attributes } = await client.send(new Command(INPUT));
    expect(Attributes).toEqual({
      pollId: { S: "größe/1" },
      next: { B: expect.toSatisfy((bytes) => Buffer.from(bytes).equals(Buffer.of(0, 255, 7))) },
      count: { N: "12" },
      is: { BOOL: true },
    });
  });

  it("reads attributes of every type", async () => {
    const all = {
      pollId: { S: "p" },
      null: { NULL: true },
      list: { L: [{ N: "1" }, { M: { bytes: { B: "Bw==" } } }] },
      texts: { SS: ["a"] },
      numbers: { NS: ["1"] },
      bytes: { BS: ["Bw=="] },
    };
    const body = JSON.stringify({ Attributes: all });
    const { endpoint } = await startServer([{ status: 200, body }]);
    const { Attributes } = await clientOf({ endpoint }).send(new Command(INPUT));
    const seven = expect.toSatisfy((bytes) => Buffer.from(bytes).equals(Buffer.of(7)));
    expect(Attributes).toEqual({
      ...all,
      list: { L: [{ N: "1" }, { M: { bytes: { B: seven } } }] },
      bytes: { BS: [seven] },
    });
  });

  it("is signed as AWS asks", async () => {
    const { calls, endpoint } = await startServer([WRITTEN]);
    const client = clientOf({ endpoint: `${endpoint}/a%20path` });
    await client.send(new Command(INPUT));
    const [call] = calls;
    if (call === undefined) throw new Error("the server was not called");
    const { path, headers, body } = call;
    expect(path).toBe("/a%20path/");
    expect(JSON.parse(body)).toMatchObject({
      ExpressionAttributeValues: { ":next": { B: "AP8H" }, ":count": { N: "12" } },
    });
    expect(headers).toMatchObject({
      "x-amz-target": "DynamoDB_20120810.UpdateItem",
      "x-amz-security-token": CREDENTIALS.sessionToken,
      "content-type": "application/x-amz-json-1.0",
    });
    const { authorization = "" } = headers;
    const names = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(";") ?? [];
    expect(names).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-target"]));
    const signer = new SignatureV4({
      service: "dynamodb",
      region: "eu-west-1",
      credentials: CREDENTIALS,
      sha256: client.config.sha256,
      applyChecksum: false,
    });
    const again = await signer.sign(
      {
        method: "POST",
        protocol: "http:",
        hostname: "127.0.0.1",
        path,
        headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ""])),
        body,
      },
      { signingDate: signingDateOf(call) },
    );
    expect(authorization).toBe(again.headers.authorization);
  });

  it("is refused with the row", async () => {
    const Item = { pollId: { S: "p" }, outcome: { B: "Bw==" } };
    const body = refusal("ConditionalCheckFailedException", { Item });
    const { calls, endpoint } = await startServer([{ status: 400, body }]);
    await expect(clientOf({ endpoint }).send(new Command(INPUT))).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "no",
      Item: { pollId: { S: "p" } },
      $metadata: { httpStatusCode: 400 },
    });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ["throttled", THROTTLED],
    ["answered 500", { status: 500, body: refusal("InternalServerError") }],
    ["answered by a proxy that says no JSON", { status: 503, body: "<html>" }],
    ["broken off", undefined],
  ])("is tried again when it was %s", async (_how, answer) => {
    const { calls, endpoint } = await startServer([answer, answer, WRITTEN]);
    await clientOf({ endpoint }).send(new Command(INPUT));
    expect(calls).toHaveLength(3);
  });

  it("does not count as done when the answer of status 200 is no JSON", async () => {
    const { calls, endpoint } = await startServer([{ status: 200, body: "<html>" }]);
    await expect(clientOf({ endpoint }).send(new Command(INPUT))).rejects.toThrow(Error);
    expect(calls).toHaveLength(1);
  });

  it("ends with the last try's error", async () => {
    const { calls, endpoint } = await startServer([undefined, THROTTLED]);
    await expect(clientOf({ endpoint }).send(new Command(INPUT))).rejects.toMatchObject({
      name: "ThrottlingException",
      $metadata: { httpStatusCode: 400, attempts: 3 },
    });
    expect(calls).toHaveLength(3);
  });

  it.each(WRONG_CLOCKS)("corrects a clock that is %s", async (_how, aheadMs, refused) => {
    const answer = answerByClock(aheadMs, refused, WRITTEN);
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
    const { endpoint } = await startServer([{ status: 503, body: "{}", headers }, WRITTEN]);
    const retryStrategy = new ConfiguredRetryStrategy(2, () => 0);
    const refresh = vi.spyOn(retryStrategy, "refreshRetryTokenForRetry");
    await clientOf({ endpoint, retryStrategy }).send(new Command(INPUT));
    const failure = refresh.mock.calls[0]?.[1];
    expect(failure).toMatchObject({ retryAfterHint: expect.any(Date) });
    expect(inspect(failure?.error)).not.toContain("$response");
  });

  it("asks for credentials again when they could not be had", async () => {
    const { calls, endpoint } = await startServer([WRITTEN]);
    let asked = 0;
    const credentials = async () => {
      if (asked++ === 0) throw new Error("no credentials yet");
      return CREDENTIALS;
    };
    const client = clientOf({ endpoint, credentials });
    await expect(client.send(new Command(INPUT))).rejects.toThrow("no credentials yet");
    await client.send(new Command(INPUT));
    expect(calls).toHaveLength(1);
  });

  it("ends when its signal aborts", async () => {
    const { endpoint } = await startServer([WRITTEN]);
    const options = { abortSignal: AbortSignal.abort() };
    await expect(clientOf({ endpoint }).send(new Command(INPUT), options)).rejects.toMatchObject({
      name: "AbortError",
    });
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

  it("calls the endpoint of the region", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", undefined);
    vi.stubEnv("AWS_ENDPOINT_URL", undefined);
    const asked: string[] = [];
    const client = clientOf({
      requestHandler: {
        async handle({ protocol, hostname }: { protocol: string; hostname: string }) {
          asked.push(`${protocol}//${hostname}`);
          throw new Error("not called");
        },
      },
    });
    await expect(client.send(new Command(INPUT))).rejects.toThrow("not called");
    expect(asked).toEqual(["https://dynamodb.eu-west-1.amazonaws.com"]);
  });
});
