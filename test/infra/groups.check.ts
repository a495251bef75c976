import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { countMembers } from "../../lib/groups/count-members.ts";
import { dynamoDbGroups } from "../../lib/groups/dynamodb-groups.ts";
import { startMoto } from "./moto.ts";

it("counts a group in DynamoDB as moto emulates it, the largest that one write holds", async () => {
  await using moto = await startMoto();
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(moto.client));
  const TableName = "polls";
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pollId", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pollId", KeyType: "HASH" }],
    }),
  );
  const sent: string[] = [];
  const ports = {
    table: dynamoDbGroups({ tableName: TableName, client }),
    send: async (message: string) => void sent.push(message),
    now: Date.now,
    signal: undefined,
  };
  const members = Array.from({ length: 100 }, (_, nth) => ({
    pollId: `p-${nth}`,
    status: nth === 7 ? ("failed" as const) : ("succeeded" as const),
  }));
  try {
    for (const some of [members.slice(0, 99), members.slice(0, 99)]) {
      expect(await countMembers({ id: "g", size: 100 }, some, ports)).toEqual([]);
    }
    expect(sent).toEqual([]);
    // Another size makes the write be refused once.
    expect(await countMembers({ id: "g", size: 3 }, members, ports)).toEqual([]);
    expect(await countMembers({ id: "g", size: 100 }, members, ports)).toEqual([]);
    expect(sent).toHaveLength(1);
    const late = [{ pollId: "late", status: "succeeded" as const }];
    expect(await countMembers({ id: "g", size: 100 }, late, ports)).toEqual(late);
  } finally {
    client.destroy();
  }
});
