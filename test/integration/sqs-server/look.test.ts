import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it, onTestFinished } from "vitest";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";

async function started() {
  const server = await startSqsServer();
  const sqs = new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  onTestFinished(async () => {
    sqs.destroy();
    await server.close();
  });
  const send = async (queue: string, body: object | string, delaySeconds = 0) => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: queue }));
    const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        DelaySeconds: delaySeconds,
        MessageAttributes: { reason: { DataType: "String", StringValue: "because" } },
      }),
    );
    return sent.MessageId ?? "";
  };
  const look = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.endpoint}/stack/messages?${query}`, { headers });
    return { status: response.status, body: await response.text() };
  };
  const bodiesOf = async (query: string): Promise<string[]> =>
    JSON.parse((await look(query)).body).messages.map(({ body }: { body: string }) => body);
  return { endpoint: server.endpoint, send, look, bodiesOf };
}

it("shows the messages of a poll in every queue, and leaves them as they are", async () => {
  const { send, look, bodiesOf } = await started();
  await send("polls", { pollId: "a", n: 1 }, 600);
  await send("polls", { pollId: "b", about: "a" });
  await send("letters", { pollId: "a", n: 2 });
  await send("letters", "a is no JSON");
  const bodies = ['{"pollId":"a","n":1}', '{"pollId":"a","n":2}'];
  expect((await bodiesOf("pollId=a")).sort()).toEqual(bodies);
  expect((await bodiesOf("pollId=a")).sort()).toEqual(bodies);
  const { messages } = JSON.parse((await look("pollId=a&queue=polls")).body);
  expect(messages).toMatchObject([
    { queue: "polls", attributes: { reason: "because" }, isInFlight: false },
  ]);
  expect(Date.parse(messages[0].visibleAt) - Date.parse(messages[0].sentAt)).toBe(600_000);
  expect(await bodiesOf("pollId=nobody")).toEqual([]);
});

it("knows a poll without an id by its first message", async () => {
  const { send, bodiesOf } = await started();
  const messageId = await send("polls", { request: {} });
  expect(await bodiesOf(`pollId=${messageId}`)).toEqual(['{"request":{}}']);
});

it("knows a poll whose id is written with escapes", async () => {
  const { send, bodiesOf } = await started();
  const body = String.raw`{"pollId":"job\u002d1"}`;
  await send("polls", body);
  expect(await bodiesOf("pollId=job-1")).toEqual([body]);
  expect(await bodiesOf("pollId=job-2")).toEqual([]);
});

it("is for programs of this machine only", async () => {
  const { send, look } = await started();
  await send("polls", { pollId: "secret" });
  const answer = await look("pollId=secret", { origin: "https://evil.example" });
  expect(answer.status).toBe(403);
  expect(answer.body).not.toContain('"secret"');
});

it("goes on after a request whose path is no URL", async () => {
  const { endpoint, bodiesOf } = await started();
  const response = await fetch(`${endpoint}//`);
  expect(response.status).toBeGreaterThanOrEqual(400);
  await response.body?.cancel();
  expect(await bodiesOf("queue=polls")).toEqual([]);
});
