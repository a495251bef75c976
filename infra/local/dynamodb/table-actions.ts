import * as z from "zod/mini";
import { type Action, action } from "./action.ts";
import { invalidParameter, validationError } from "./dynamodb-error.ts";
import type { KeyAttribute, Table } from "./table.ts";

const TableName = z.string().check(z.regex(/^[a-zA-Z0-9_.-]{3,255}$/, "must be a table's name"));

/** DynamoDB's actions on tables, with its wire format. A new table is active at once. */
export const tableActions: Readonly<Record<string, Action>> = {
  CreateTable: action(
    z.strictObject({
      TableName,
      AttributeDefinitions: z.array(
        z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) }),
      ),
      KeySchema: z.array(
        z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }),
      ),
      BillingMode: z.optional(z.enum(["PAY_PER_REQUEST", "PROVISIONED"])),
      ProvisionedThroughput: z.optional(z.unknown()),
      Tags: z.optional(z.unknown()),
    }),
    ({ TableName: name, AttributeDefinitions, KeySchema }, tables) => {
      const keys = KeySchema.map(({ AttributeName, KeyType }) => {
        const defined = AttributeDefinitions.find((of) => of.AttributeName === AttributeName);
        if (defined === undefined) {
          throw invalidParameter(
            `Some index key attributes are not defined in AttributeDefinitions. Keys: [${AttributeName}]`,
          );
        }
        return { name: AttributeName, type: defined.AttributeType, keyType: KeyType };
      });
      if (AttributeDefinitions.length > keys.length) {
        throw invalidParameter(
          "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
        );
      }
      const [partitionKey, sortKey, ...more] = keys;
      const isKey =
        partitionKey?.keyType === "HASH" &&
        (sortKey === undefined || sortKey.keyType === "RANGE") &&
        more.length === 0;
      if (!isKey) {
        throw validationError(
          "Invalid KeySchema: a HASH key comes first, and one RANGE key may follow",
        );
      }
      const table = tables.create({ name, createdAt: Date.now(), partitionKey, sortKey });
      return { TableDescription: described(table) };
    },
  ),

  DescribeTable: action(z.strictObject({ TableName: z.string() }), (input, tables) => ({
    Table: described(tables.byName(input.TableName)),
  })),

  DeleteTable: action(z.strictObject({ TableName: z.string() }), (input, tables) => ({
    TableDescription: { ...described(tables.delete(input.TableName)), TableStatus: "DELETING" },
  })),

  ListTables: action(z.strictObject({}), (_, tables) => ({
    TableNames: tables.all().map(({ description }) => description.name),
  })),

  UpdateTimeToLive: action(
    z.strictObject({
      TableName: z.string(),
      TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }),
    }),
    ({ TableName: name, TimeToLiveSpecification }, tables) => {
      const { AttributeName, Enabled } = TimeToLiveSpecification;
      tables.byName(name).setTimeToLive(Enabled ? AttributeName : undefined);
      return { TimeToLiveSpecification };
    },
  ),

  DescribeTimeToLive: action(z.strictObject({ TableName: z.string() }), (input, tables) => {
    const { timeToLiveAttribute: AttributeName } = tables.byName(input.TableName).description;
    return {
      TimeToLiveDescription:
        AttributeName === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName },
    };
  }),
};

function described({ description, size }: Table) {
  const { name, createdAt, partitionKey, sortKey } = description;
  const keys: [KeyAttribute, string][] = [[partitionKey, "HASH"]];
  if (sortKey !== undefined) keys.push([sortKey, "RANGE"]);
  return {
    TableName: name,
    TableStatus: "ACTIVE",
    TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
    CreationDateTime: createdAt / 1000,
    ItemCount: size,
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    KeySchema: keys.map(([key, KeyType]) => ({ AttributeName: key.name, KeyType })),
    AttributeDefinitions: keys.map(([key]) => ({
      AttributeName: key.name,
      AttributeType: key.type,
    })),
  };
}
