import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { parseItem } from "../../infra/local/dynamodb/attribute-value.ts";
import { startDynamoDbServer } from "../../infra/local/dynamodb/server.ts";
import { Tables } from "../../infra/local/dynamodb/table.ts";

/** The fence's table on the local DynamoDB server. */
export interface LocalTable {
  readonly endpoint: string;
  readonly tableName: string;
  readonly documents: DynamoDBDocumentClient;
  row(pollId: string): Promise<Record<string, unknown> | undefined>;
  rows(): Promise<Record<string, unknown>[]>;
  /** Writes many rows directly, without a call. */
  fill(rows: readonly Record<string, unknown>[]): void;
  close(): Promise<void>;
}

const LOCAL = {
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
} satisfies DynamoDBClientConfig;

/** A client that by default does not retry. */
export function documentClient(endpoint: string, maxAttempts: number = 1): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ ...LOCAL, endpoint, maxAttempts }));
}

/** Starts a DynamoDB server with the table `polls`. */
export async function startLocalTable(): Promise<LocalTable> {
  const tableName = "polls";
  const tables = new Tables();
  const server = await startDynamoDbServer({ tables });
  const documents = documentClient(server.endpoint);
  await documents.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pollId", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pollId", KeyType: "HASH" }],
    }),
  );
  return {
    endpoint: server.endpoint,
    tableName,
    documents,
    async row(pollId) {
      const key = { TableName: tableName, Key: { pollId } };
      return (await documents.send(new GetCommand({ ...key, ConsistentRead: true }))).Item;
    },
    async rows() {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }));
      return Items;
    },
    fill(rows) {
      for (const row of rows) tables.byName(tableName).put(parseItem(marshall(row)));
    },
    async close() {
      documents.destroy();
      await server.close();
    },
  };
}
