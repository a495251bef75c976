import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { createPollClient } from "../../lib/client/index.ts";
import { startMoto } from "./moto.ts";

it("asks AWS, as moto emulates it, for all that the client can do", async () => {
  await using moto = await startMoto();
  const sqs = new SQSClient({ ...moto.client, useQueueUrlAsEndpoint: false });
  const dynamodb = new DynamoDBClient(moto.client);
  const lambda = new LambdaClient(moto.client);
  const create = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  const [queueUrl, outcomeQueueUrl, deadLetterQueueUrl] = [
    await create("polls"),
    await create("outcomes"),
    await create("dead-letters"),
  ];
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "polls",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pollId", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pollId", KeyType: "HASH" }],
    }),
  );
  const { Role } = await new IAMClient(moto.client).send(
    new CreateRoleCommand({ RoleName: "poller", AssumeRolePolicyDocument: "{}" }),
  );
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "poller",
      Role: Role?.Arn,
      Code: { ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") },
      Handler: "index.handler",
      Runtime: "nodejs22.x",
    }),
  );
  const EventSourceArn = "arn:aws:sqs:us-east-1:123456789012:polls";
  await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: "poller", EventSourceArn }),
  );

  const clients = { sqs, dynamodb, lambda };
  const queues = { queueUrl, outcomeQueueUrl, deadLetterQueueUrl };
  const client = createPollClient({
    ...queues,
    ...clients,
    tableName: "polls",
    functionName: "poller",
  });
  const request = { url: "https://example.com/" };
  await client.submit([{ pollId: "a", request }, { request }]);
  expect(await client.depths()).toMatchObject({ waiting: 2, deadLetters: 0 });
  expect(await client.cancel("a")).toEqual({ state: "cancelled", cancelled: true });
  expect(await client.cancel("a")).toEqual({ state: "cancelled", cancelled: false });
  expect(await client.status("a")).toMatchObject({ state: "cancelled" });
  expect(await client.waitFor("a")).toMatchObject({ status: "cancelled" });
  const listed = await Array.fromAsync(client.list({ state: "cancelled", since: "2026-01-01" }));
  expect(listed).toMatchObject([{ pollId: "a" }]);

  const kill = (status: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: JSON.stringify({ request }),
        MessageAttributes: { status: { DataType: "String", StringValue: status } },
      }),
    );
  await kill("poison");
  await kill("failed");
  expect(await Array.fromAsync(client.deadLetters())).toHaveLength(2);
  expect(await client.redrive({ only: "failed" })).toEqual({ moved: 1, outcomesLeft: 0 });
  expect(await client.depths()).toMatchObject({ waiting: 3, deadLetters: 1 });

  expect(await client.redrive()).toEqual({ moved: 1, outcomesLeft: 0 });
  expect(await client.depths()).toMatchObject({ waiting: 4, deadLetters: 0 });

  await client.pause();
  expect(await client.isPaused()).toBe(true);
  await client.resume();
  expect(await client.isPaused()).toBe(false);
  for (const each of Object.values(clients)) each.destroy();
});
