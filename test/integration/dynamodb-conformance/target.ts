import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynamoDbServer } from "../../../infra/local/dynamodb/server.ts";

/** The DynamoDB that is tested. */
export interface Target {
  readonly client: DynamoDBClient;
  close(): Promise<void>;
}

/** Connects to the DynamoDB on DYNAMODB_ENDPOINT, or starts the local one. */
export async function connectTarget(): Promise<Target> {
  const given = process.env.DYNAMODB_ENDPOINT;
  const server = given === undefined ? await startDynamoDbServer() : undefined;
  const client = new DynamoDBClient({
    endpoint: given ?? server?.endpoint ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "conformance", secretAccessKey: "conformance" },
    maxAttempts: 1,
  });
  return {
    client,
    async close() {
      client.destroy();
      await server?.close();
    },
  };
}
