import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SqsServer, startSqsServer } from "../../../infra/local/sqs/server.ts";
import { rawRequest } from "./raw-request.ts";

let server: SqsServer;
beforeAll(async () => {
  server = await startSqsServer();
});
afterAll(() => server.close());

const ask = (action: string, input: unknown) =>
  rawRequest(server.endpoint, { action, body: JSON.stringify(input) });

describe("an invalid request", () => {
  it("with an unknown action gets the known ones in the answer", async () => {
    const { status, body, queryError } = await ask("AddPermission", {});
    expect({ status, queryError }).toEqual({ status: 404, queryError: "InvalidAction;Sender" });
    expect(body.message).toContain("Unknown action AddPermission");
    expect(body.message).toContain("SendMessageBatch");
  });

  it.each(["toString", "__proto__", "constructor"])(
    "with the action %s is refused",
    async (action) => {
      expect((await ask(action, {})).queryError).toBe("InvalidAction;Sender");
    },
  );

  it("in the older protocol gets the name of the supported one", async () => {
    const { status, body } = await rawRequest(server.endpoint, { body: "Action=ListQueues" });
    expect(status).toBe(404);
    expect(body.message).toContain("AWS JSON 1.0");
  });

  it("by GET is refused", async () => {
    expect(
      (await rawRequest(server.endpoint, { method: "GET", action: "ListQueues" })).status,
    ).toBe(404);
  });

  it("with a body that is not JSON is refused", async () => {
    const answer = await rawRequest(server.endpoint, { action: "ListQueues", body: "{" });
    expect(answer).toMatchObject({ status: 400, queryError: "MalformedInput;Sender" });
  });

  it("with more than 8 MiB is not read to its end", async () => {
    const body = Buffer.alloc(9 * 1_048_576, " ");
    const answer = await rawRequest(server.endpoint, { action: "ListQueues", body });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain("longer than 8388608 bytes");
  });
});

describe("a request with wrong parameters", () => {
  const QueueUrl = "http://127.0.0.1/000000000000/none";
  const wrong: [what: string, action: string, input: unknown, error: string, message: string][] = [
    ["no queue URL", "SendMessage", { MessageBody: "x" }, "MissingParameter", "parameter QueueUrl"],
    [
      "an entry without an id",
      "DeleteMessageBatch",
      { QueueUrl, Entries: [{ ReceiptHandle: "x" }] },
      "MissingParameter",
      "Entries.0.Id",
    ],
    [
      "a delay as text",
      "SendMessage",
      { QueueUrl, MessageBody: "x", DelaySeconds: "5" },
      "InvalidParameterValue",
      "DelaySeconds",
    ],
    ["a list instead of an object", "SendMessage", [], "InvalidParameterValue", "(the request)"],
    ["null", "SendMessage", null, "InvalidParameterValue", "(the request)"],
    [
      "a binary that is not base64",
      "SendMessage",
      {
        QueueUrl,
        MessageBody: "x",
        MessageAttributes: { a: { DataType: "Binary", BinaryValue: "%" } },
      },
      "InvalidParameterValue",
      "MessageAttributes.a.BinaryValue",
    ],
    [
      "a deduplication id",
      "SendMessage",
      { QueueUrl, MessageBody: "x", MessageDeduplicationId: "d" },
      "InvalidParameterValue",
      "FIFO",
    ],
    [
      "another system attribute",
      "SendMessage",
      {
        QueueUrl,
        MessageBody: "x",
        MessageSystemAttributes: { SenderId: { DataType: "String", StringValue: "me" } },
      },
      "InvalidParameterValue",
      "'SenderId'",
    ],
    [
      "an unknown system attribute name",
      "ReceiveMessage",
      { QueueUrl, MessageSystemAttributeNames: ["Unknown"] },
      "InvalidAttributeName",
      "Unknown Attribute Unknown",
    ],
    [
      "an invalid URL",
      "SendMessage",
      { QueueUrl: "polls", MessageBody: "x" },
      "InvalidAddress",
      "polls",
    ],
    [
      "another account's queue",
      "SendMessage",
      { QueueUrl: "http://127.0.0.1/123456789012/polls", MessageBody: "x" },
      "AWS.SimpleQueueService.NonExistentQueue",
      "123456789012",
    ],
    [
      "a FIFO queue",
      "CreateQueue",
      { QueueName: "polls.fifo", Attributes: { FifoQueue: "true" } },
      "AWS.SimpleQueueService.UnsupportedOperation",
      "FIFO queue",
    ],
    [
      "a page of 1001 queues",
      "ListQueues",
      { MaxResults: 1001 },
      "InvalidParameterValue",
      "MaxResults",
    ],
  ];
  it.each(wrong)("gets an error about %s", async (_, action, input, error, message) => {
    const answer = await ask(action, input);
    expect(answer.queryError).toBe(`${error};Sender`);
    expect(answer.body.message).toContain(message);
  });
});

it("finds a queue by the path of its URL, whatever its port", async () => {
  await ask("CreateQueue", { QueueName: "polls" });
  const QueueUrl = "http://localhost:1/000000000000/polls";
  expect((await ask("SendMessage", { QueueUrl, MessageBody: "x" })).status).toBe(200);
});

it("keeps attributes whose names every object inherits", async () => {
  await ask("CreateQueue", { QueueName: "names" });
  const QueueUrl = `${server.endpoint}/000000000000/names`;
  const value = '{"DataType":"String","StringValue":"v"}';
  const attributes = `{"__proto__":${value},"toString":${value}}`;
  const body = `{"QueueUrl":"${QueueUrl}","MessageBody":"x","MessageAttributes":${attributes}}`;
  await rawRequest(server.endpoint, { action: "SendMessage", body });
  const received = await ask("ReceiveMessage", { QueueUrl, MessageAttributeNames: ["All"] });
  expect(JSON.stringify(received.body)).toContain(`"MessageAttributes":${attributes}`);
  const unknown = await ask("SetQueueAttributes", { QueueUrl, Attributes: { toString: "1" } });
  expect(unknown.body.message).toBe("Unknown Attribute toString.");
});
