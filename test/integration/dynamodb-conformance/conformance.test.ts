import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type Target } from "./target.ts";

/** The features of DynamoDB that the fence and the local stack use. */
let target: Target;
let client: DynamoDBClient;
const TableName = `conformance-${process.pid}`;
const sorted = { TableName: `${TableName}-sorted` };
beforeAll(async () => {
  target = await connectTarget();
  client = target.client;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pollId", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pollId", KeyType: "HASH" }],
    }),
  );
  await client.send(
    new CreateTableCommand({
      ...sorted,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "job", AttributeType: "S" },
        { AttributeName: "nth", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "job", KeyType: "HASH" },
        { AttributeName: "nth", KeyType: "RANGE" },
      ],
    }),
  );
});
afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
  await client.send(new DeleteTableCommand(sorted));
  await target.close();
});

let keys = 0;
const newKey = () => ({ pollId: { S: `poll-${++keys}` } });

async function itemOf(Key: ReturnType<typeof newKey>) {
  return (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
}

const update = (more: Partial<UpdateItemCommandInput> & Pick<UpdateItemCommandInput, "Key">) =>
  client.send(new UpdateItemCommand({ TableName, ...more }));

describe("UpdateItem", () => {
  it("creates a missing item, and changes an existing one", async () => {
    const Key = newKey();
    const count = () =>
      update({
        Key,
        UpdateExpression: "SET #n = if_not_exists(#n, :zero) + :one",
        ExpressionAttributeNames: { "#n": "count" },
        ExpressionAttributeValues: { ":zero": { N: "0" }, ":one": { N: "1" } },
        ReturnValues: "ALL_NEW",
      });
    expect((await count()).Attributes).toEqual({ ...Key, count: { N: "1" } });
    expect((await count()).Attributes).toEqual({ ...Key, count: { N: "2" } });
  });

  it("keeps every type of value", async () => {
    const Key = newKey();
    const value = {
      M: {
        text: { S: "ä" },
        number: { N: "-12.5" },
        bytes: { B: Uint8Array.of(0, 255) },
        yes: { BOOL: true },
        nothing: { NULL: true },
        list: { L: [{ N: "1" }, { S: "" }] },
      },
    } as const;
    await update({
      Key,
      UpdateExpression: "SET v = :v",
      ExpressionAttributeValues: { ":v": { M: { ...value.M, list: { L: [...value.M.list.L] } } } },
    });
    expect(await itemOf(Key)).toEqual({ ...Key, v: value });
  });

  it("refuses an update whose condition fails, returns the item, and changes nothing", async () => {
    const Key = newKey();
    const Item = { ...Key, seen: { N: "10" } };
    await client.send(new PutItemCommand({ TableName, Item }));
    const refused = (more: Partial<UpdateItemCommandInput>) =>
      update({
        Key,
        UpdateExpression: "SET seen = :seen",
        ConditionExpression: "attribute_not_exists(pollId) OR seen < :seen",
        ExpressionAttributeValues: { ":seen": { N: "9" } },
        ...more,
      });
    await expect(refused({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })).rejects.toMatchObject(
      { name: "ConditionalCheckFailedException", Item },
    );
    await expect(refused({})).rejects.toSatisfy(
      (error: { name: string; Item?: object }) =>
        error.name === "ConditionalCheckFailedException" && error.Item === undefined,
    );
    expect(await itemOf(Key)).toEqual(Item);
    await refused({ ExpressionAttributeValues: { ":seen": { N: "11" } } });
    expect(await itemOf(Key)).toEqual({ ...Key, seen: { N: "11" } });
  });

  it("accepts one of many simultaneous conditional writes", async () => {
    const Key = newKey();
    const writes = Array.from({ length: 20 }, () =>
      update({
        Key,
        UpdateExpression: "SET claimed = :yes",
        ConditionExpression: "attribute_not_exists(pollId)",
        ExpressionAttributeValues: { ":yes": { BOOL: true } },
      }),
    );
    const results = await Promise.allSettled(writes);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  const values = { ":v": { S: "x" } };
  const wrong: [what: string, input: Partial<UpdateItemCommandInput>][] = [
    ["a reserved word", { UpdateExpression: "SET owner = :v", ExpressionAttributeValues: values }],
    ["a syntax error", { UpdateExpression: "SET a : :v", ExpressionAttributeValues: values }],
    [
      "an undefined value",
      { UpdateExpression: "SET a = :w, b = :v", ExpressionAttributeValues: values },
    ],
    [
      "an unused value",
      {
        UpdateExpression: "SET a = :v",
        ExpressionAttributeValues: { ...values, ":w": { S: "" } },
      },
    ],
    ["a key", { UpdateExpression: "SET pollId = :v", ExpressionAttributeValues: values }],
    [
      "overlapping paths",
      { UpdateExpression: "SET a = :v, a.b = :v", ExpressionAttributeValues: values },
    ],
    [
      "a sum with a missing attribute",
      {
        UpdateExpression: "SET a = a + :v",
        ExpressionAttributeValues: { ":v": { N: "1" } },
      },
    ],
  ];
  it.each(wrong)("refuses %s", async (_, input) => {
    await expect(update({ Key: newKey(), ...input })).rejects.toMatchObject({
      name: "ValidationException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("refuses a key of another shape, and an unknown table", async () => {
    const Key = { other: { S: "x" } };
    await expect(update({ Key })).rejects.toMatchObject({ name: "ValidationException" });
    await expect(update({ Key: newKey(), TableName: "nobodys" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("PutItem and DeleteItem", () => {
  it("replace and delete the whole item, if their condition is met", async () => {
    const Key = newKey();
    const first = { ...Key, a: { S: "1" } };
    const second = { ...Key, b: { S: "2" } };
    await client.send(new PutItemCommand({ TableName, Item: first }));
    const replaced = new PutItemCommand({ TableName, Item: second, ReturnValues: "ALL_OLD" });
    expect((await client.send(replaced)).Attributes).toEqual(first);
    const once = new PutItemCommand({
      TableName,
      Item: first,
      ConditionExpression: "attribute_not_exists(pollId)",
    });
    await expect(client.send(once)).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
    });
    const deletion = new DeleteItemCommand({ TableName, Key, ReturnValues: "ALL_OLD" });
    expect((await client.send(deletion)).Attributes).toEqual(second);
    expect(await itemOf(Key)).toBeUndefined();
  });
});

describe("GetItem", () => {
  it("returns only the attributes of a projection", async () => {
    const Key = newKey();
    const Item = { ...Key, outcome: { M: { a: { S: "1" }, b: { S: "2" } } }, ttl: { N: "5" } };
    await client.send(new PutItemCommand({ TableName, Item }));
    const get = new GetItemCommand({
      TableName,
      Key,
      ProjectionExpression: "#o.b, #t",
      ExpressionAttributeNames: { "#o": "outcome", "#t": "ttl" },
    });
    const { Item: found } = await client.send(get);
    expect(found).toEqual({ outcome: { M: { b: { S: "2" } } }, ttl: { N: "5" } });
  });
});

describe("Query and Scan", () => {
  it("return pages, sorted by a numeric sort key", async () => {
    for (const nth of ["10", "9", "-1", "2.5"]) {
      const Item = { job: { S: "a" }, nth: { N: nth }, isSmall: { BOOL: Number(nth) < 5 } };
      await client.send(new PutItemCommand({ ...sorted, Item }));
    }
    await client.send(
      new PutItemCommand({ ...sorted, Item: { job: { S: "b" }, nth: { N: "0" } } }),
    );
    const query = (more: object) =>
      client.send(
        new QueryCommand({
          ...sorted,
          KeyConditionExpression: "job = :job",
          ExpressionAttributeValues: { ":job": { S: "a" } },
          ...more,
        }),
      );
    const nths = ({ Items = [] }: { Items?: Record<string, { N?: string }>[] | undefined }) =>
      Items.map(({ nth }) => nth?.N);
    expect(nths(await query({}))).toEqual(["-1", "2.5", "9", "10"]);
    expect(nths(await query({ ScanIndexForward: false, Limit: 2 }))).toEqual(["10", "9"]);
    const first = await query({ Limit: 3 });
    expect(first.LastEvaluatedKey).toEqual({ job: { S: "a" }, nth: { N: "9" } });
    const second = await query({ ExclusiveStartKey: first.LastEvaluatedKey });
    expect(nths(second)).toEqual(["10"]);
    expect(second.LastEvaluatedKey).toBeUndefined();
    const between = await query({
      KeyConditionExpression: "job = :job AND nth BETWEEN :low AND :high",
      ExpressionAttributeValues: { ":job": { S: "a" }, ":low": { N: "0" }, ":high": { N: "9" } },
    });
    expect(nths(between)).toEqual(["2.5", "9"]);
    const scanned = await client.send(
      new ScanCommand({
        ...sorted,
        FilterExpression: "isSmall = :yes",
        ExpressionAttributeValues: { ":yes": { BOOL: true } },
      }),
    );
    expect([scanned.Count, scanned.ScannedCount]).toEqual([2, 5]);
  });

  it("refuse a query without its partition key", async () => {
    const query = new QueryCommand({
      ...sorted,
      KeyConditionExpression: "nth = :n",
      ExpressionAttributeValues: { ":n": { N: "1" } },
    });
    await expect(client.send(query)).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("tables", () => {
  it("are described and listed, with their time to live", async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      KeySchema: [{ AttributeName: "pollId", KeyType: "HASH" }],
    });
    const { TableNames } = await client.send(new ListTablesCommand({}));
    expect(TableNames).toContain(TableName);
    const TimeToLiveSpecification = { AttributeName: "ttl", Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const described = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(described.TimeToLiveDescription).toMatchObject({ AttributeName: "ttl" });
  });

  it("cannot be created twice", async () => {
    const again = new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pollId", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pollId", KeyType: "HASH" }],
    });
    await expect(client.send(again)).rejects.toMatchObject({ name: "ResourceInUseException" });
  });
});
