import {
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";

let local: LocalTable;
let client: DynamoDBClient;
beforeAll(async () => {
  local = await startLocalTable();
  client = new DynamoDBClient({
    endpoint: local.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

it("names an unknown action, and the known ones", async () => {
  const call = client.send(new TransactWriteItemsCommand({ TransactItems: [] }));
  await expect(call).rejects.toMatchObject({ name: "UnknownOperationException" });
  await expect(call).rejects.toThrow(/Unknown action TransactWriteItems: .*UpdateItem/);
});

it("names an unsupported parameter", async () => {
  const put = new PutItemCommand({
    TableName: local.tableName,
    Item: { pollId: { S: "p" } },
    Expected: {},
  });
  await expect(client.send(put)).rejects.toMatchObject({ name: "ValidationException" });
  await expect(client.send(put)).rejects.toThrow("does not support Expected");
});

it("refuses an item of more than 400 KB", async () => {
  const Item = { pollId: { S: "p" }, large: { S: "x".repeat(400 * 1024) } };
  const put = new PutItemCommand({ TableName: local.tableName, Item });
  await expect(client.send(put)).rejects.toThrow("maximum allowed size");
});
