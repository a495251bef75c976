import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { startDynamoDbServer } from "../../infra/local/dynamodb/server.ts";

/** The fence's table on the local DynamoDB server. */
export interface LocalTable {
  readonly endpoint: string;
  readonly tableName: string;
  readonly documents: DynamoDBDocumentClient;
  row(pollId: string): Promise<Record<string, unknown> | undefined>;
  rows(): Promise<Record<string, unknown>[]>;
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
  const server = await startDynamoDbServer();
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
    async close() {
      documents.destroy();
      await server.close();
    },
  };
}
