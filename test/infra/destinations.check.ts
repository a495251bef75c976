import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isFinalRefusal } from "../../lib/deliveries/delivery.ts";
import { eventBus } from "../../lib/deliveries/event-bus.ts";
import { queue } from "../../lib/deliveries/queue.ts";
import { taskToken } from "../../lib/deliveries/task-token.ts";
import { topic } from "../../lib/deliveries/topic.ts";
import { s3OutcomeStore } from "../../lib/outcome/outcome-store.ts";
import { type Moto, startMoto } from "./moto.ts";

let moto: Moto;
let sqs: SQSClient;
beforeAll(async () => {
  moto = await startMoto();
  sqs = new SQSClient({ ...moto.client, useQueueUrlAsEndpoint: false });
});
afterAll(() => moto[Symbol.asyncDispose]());

const outcomes = Array.from({ length: 12 }, (_, place) => {
  const outcome = { outcomeId: `p${place}@2026`, pollId: `p${place}`, status: "succeeded" };
  return { outcome, json: JSON.stringify({ ...outcome, result: "é 😀" }) };
});
const bodies = outcomes.map(({ json }) => json).toSorted();
const ACCEPTED = outcomes.map(() => undefined);
const NO_SIGNAL = { signal: undefined };

async function newQueue(QueueName: string) {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName }));
  return { url: QueueUrl, arn: `arn:aws:sqs:us-east-1:123456789012:${QueueName}` };
}

async function receiveAll(QueueUrl: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) return found;
    found.push(...Messages.map(({ Body = "" }) => Body));
  }
}

it("delivers to a queue, and says that a missing queue will refuse each time", async () => {
  const { url } = await newQueue("outcomes");
  expect(await queue(url, sqs).deliver(outcomes, NO_SIGNAL)).toEqual(ACCEPTED);
  expect((await receiveAll(url)).toSorted()).toEqual(bodies);
  const [refusal] = await queue(`${url}-not`, sqs).deliver(outcomes, NO_SIGNAL);
  expect(isFinalRefusal(refusal)).toBe(true);
});

it("delivers to an event bus, whose rules see source, detail-type and detail", async () => {
  const { url, arn } = await newQueue("events");
  const client = new EventBridgeClient(moto.client);
  await client.send(new CreateEventBusCommand({ Name: "orders" }));
  const rule = { Name: "ended", EventBusName: "orders" };
  const EventPattern = JSON.stringify({
    source: ["request-poller"],
    "detail-type": ["Poll Succeeded"],
    detail: { status: ["succeeded"] },
  });
  await client.send(new PutRuleCommand({ ...rule, EventPattern }));
  const Targets = [{ Id: "queue", Arn: arn }];
  await client.send(new PutTargetsCommand({ Rule: "ended", EventBusName: "orders", Targets }));
  expect(await eventBus("orders", client).deliver(outcomes, NO_SIGNAL)).toEqual(ACCEPTED);
  const details = (await receiveAll(url)).map((body) => JSON.stringify(JSON.parse(body).detail));
  expect(details.toSorted()).toEqual(bodies);
  const [refusal] = await eventBus("missing", client).deliver(outcomes, NO_SIGNAL);
  expect(isFinalRefusal(refusal)).toBe(true);
});

it("delivers to a topic, whose subscriptions can filter by status", async () => {
  const { url, arn } = await newQueue("notifications");
  const client = new SNSClient(moto.client);
  const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: "outcomes" }));
  await client.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: arn,
      Attributes: {
        RawMessageDelivery: "true",
        FilterPolicy: JSON.stringify({ status: ["succeeded"] }),
      },
    }),
  );
  const failed = { outcome: { status: "failed", pollId: "x" }, json: '{"status":"failed"}' };
  const refusals = await topic(TopicArn, client).deliver([...outcomes, failed], NO_SIGNAL);
  expect(refusals).toEqual([...ACCEPTED, undefined]);
  expect((await receiveAll(url)).toSorted()).toEqual(bodies);
  const [refusal] = await topic(`${TopicArn}-not`, client).deliver(outcomes, NO_SIGNAL);
  expect(isFinalRefusal(refusal)).toBe(true);
});

// moto accepts every task token and keeps no outcome. What the SDK sends is checked in
// test/integration/deliveries/destinations.test.ts against AWS's documents.
it("ends a task of Step Functions", async () => {
  const client = new SFNClient(moto.client);
  expect(await taskToken("token", client).deliver(outcomes.slice(0, 1), NO_SIGNAL)).toEqual([
    undefined,
  ]);
});

it("stores a whole outcome in a bucket, byte for byte", async () => {
  const client = new S3Client({ ...moto.client, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: "outcomes" }));
  const outcome = { outcomeId: "p@2026-01-01T00:00:00.000Z" };
  const json = JSON.stringify({ ...outcome, result: "é 😀".repeat(200_000) });
  const store = s3OutcomeStore("outcomes", client);
  const { bucket: Bucket, key: Key } = await store.store(outcome, json, NO_SIGNAL);
  const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(await Body?.transformToString()).toBe(json);
  expect(ContentType).toBe("application/json");
  expect(await store.store(outcome, json, NO_SIGNAL)).toEqual({ bucket: Bucket, key: Key });
});
