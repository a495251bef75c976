import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../../../infra/local/stack.ts";
import { startHttpJobs } from "../../support/http-jobs.ts";
import { receiveAll } from "./receive-all.ts";

async function rows({ dynamoDbEndpoint = "", outputs }: LocalStack) {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: dynamoDbEndpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    }),
  );
  const { Items = [] } = await client.send(new ScanCommand({ TableName: outputs.TableName }));
  client.destroy();
  return Items;
}

describe("the template's stack", () => {
  it("polls with a fence: each poll ends once, even if submitted twice and duplicated", async () => {
    const jobs = await startHttpJobs({
      "/job": (nth) => (nth <= 20 ? { status: 202 } : { status: 200, body: { ready: true } }),
    });
    const stack = await startLocalStack({ parameters: { LogLevel: "SILENT" } });
    try {
      const pollIds = Array.from({ length: 10 }, (_, n) => `poll-${n}-${randomUUID()}`);
      const Entries = pollIds.map((pollId, n) => ({
        Id: String(n),
        MessageBody: JSON.stringify({
          pollId,
          request: { url: `${jobs.url}/job` },
          delaySeconds: 1,
          maxRetries: 10,
        }),
      }));
      const send = () =>
        stack.sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.queueUrl, Entries }));
      await Promise.all([send(), send()]);
      const outcomes = new Map<string, Set<string>>();
      while (outcomes.size < pollIds.length) {
        for (const body of await receiveAll(stack.sqs, stack.outcomeQueueUrl)) {
          const { pollId } = JSON.parse(body);
          outcomes.set(pollId, (outcomes.get(pollId) ?? new Set()).add(body));
        }
      }
      expect([...outcomes.values()].map(({ size }) => size)).toEqual(pollIds.map(() => 1));
      expect(jobs.requests.length).toBe(30);
      const ended = await rows(stack);
      expect(ended.map(({ pollId }) => pollId).sort()).toEqual([...pollIds].sort());
      expect(ended.filter(({ outcome }) => outcome === undefined)).toEqual([]);
    } finally {
      await stack.close();
      await jobs.close();
    }
  });

  it("starts no DynamoDB if the template has no table", async () => {
    const stack = await startLocalStack({ parameters: { Fence: "false" } });
    expect(stack.dynamoDbEndpoint).toBeUndefined();
    await stack.close();
  });
});
