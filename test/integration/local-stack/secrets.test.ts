import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { templateSettings } from "../../../infra/cli/local/template-settings.ts";
import { startSecretsServer } from "../../../infra/local/secrets/server.ts";
import { startLocalStack } from "../../../infra/local/stack.ts";
import { atTheEnd } from "../../support/at-the-end.ts";
import { serve } from "../../support/running-cli.ts";

it("gives the poller the secrets of a file, and no other service of AWS", async () => {
  const authorizations: (string | undefined)[] = [];
  const origin = await serve((request, response) => {
    if (request.url?.startsWith("/key")) authorizations.push(request.url);
    if (request.url === "/basic") authorizations.push(request.headers.authorization);
    response.end('"done"');
  });
  await using folder = await mkdtempDisposable(join(tmpdir(), "secrets-"));
  const file = join(folder.path, "secrets.json");
  const secrets = {
    "secretsmanager:polls/key": { origins: [origin], value: "a-key-of-20-letters" },
    "ssm:/polls/basic": { origins: [origin], value: "user:password-7" },
  };
  await writeFile(file, JSON.stringify(secrets));
  const parameter = ["AllowDeliveries=eventBus:orders,topic:arn:aws:sns:us-east-1:000000000000:t"];
  const stack = await startLocalStack(await templateSettings({ secrets: file, parameter }));
  atTheEnd(() => stack.close());

  const key = { secret: "secretsmanager:polls/key", as: "query:k" };
  const basic = { secret: "ssm:/polls/basic", as: "basic" };
  const topicArn = "arn:aws:sns:us-east-1:000000000000:t";
  for (const message of [
    { pollId: "key", request: { url: `${origin}/key`, auth: key } },
    { pollId: "basic", request: { url: `${origin}/basic`, auth: basic } },
    { pollId: "bus", request: { url: origin }, deliver: { eventBus: "orders" } },
    { pollId: "topic", request: { url: origin }, deliver: { topicArn } },
  ]) {
    const MessageBody = JSON.stringify(message);
    await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrl, MessageBody }));
  }

  const received = async (QueueUrl: string, count: number) => {
    const messages = [];
    while (messages.length < count) {
      const { Messages = [] } = await stack.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 20,
          MessageAttributeNames: ["All"],
        }),
      );
      messages.push(...Messages);
    }
    return messages;
  };
  const outcomes = await received(stack.outcomeQueueUrl, 2);
  expect(outcomes.map(({ Body = "" }) => JSON.parse(Body).status)).toEqual([
    "succeeded",
    "succeeded",
  ]);
  expect(authorizations.toSorted()).toEqual([
    "/key?k=a-key-of-20-letters",
    `Basic ${Buffer.from("user:password-7").toString("base64")}`,
  ]);
  const dead = await received(stack.deadLetterQueueUrl, 2);
  for (const { MessageAttributes = {} } of dead) {
    expect(MessageAttributes.status?.StringValue).toBe("undelivered");
    expect(MessageAttributes.reason?.StringValue).toContain("run on the local stack");
  }
});

it("gives no other user of the machine a secret, or the key to it", async () => {
  const secrets = { "ssm:/a": JSON.stringify({ origins: [], value: "SECRET-of-a" }) };
  const server = await startSecretsServer(secrets);
  const ask = async (authorization: string) => {
    const response = await fetch(server.endpoint, {
      method: "POST",
      headers: { "x-amz-target": "AmazonSSM.GetParameter", authorization },
      body: '{"Name":"/a"}',
    });
    return { status: response.status, text: await response.text() };
  };
  const signed = (key: string) =>
    `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0`;
  const { status, text } = await ask(signed(server.accessKeyId));
  expect([status, text]).toEqual([200, expect.stringContaining("SECRET-of-a")]);
  for (const wrong of ["", signed("local"), signed(server.accessKeyId.slice(1))]) {
    const refused = await ask(wrong);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("AccessDenied")]);
    expect(refused.text).not.toContain(server.accessKeyId);
  }
  await server.close();
});
