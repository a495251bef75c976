import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

type Sdk = typeof import("./dynamodb-sdk.ts");

/** The one client with the SDK's standard settings that all tables share. */
let shared: DynamoDBClient | undefined;

/**
 * Loads DynamoDB's SDK. A given client makes the SDK's own calls, with the middlewares that were added to it; the shared
 * one makes direct calls, which take less CPU.
 *
 * @param client `undefined`: the one that all tables share, whose calls end within seconds
 */
export function loadDynamoDb(
  client: DynamoDBClient | undefined,
): Promise<Sdk & { readonly dynamodb: DynamoDBClient }> {
  const loading = load(client);
  // Each call awaits this promise and gets the error; if no call is made, it must not be an unhandled rejection.
  loading.catch(() => undefined);
  return loading;
}

async function load(client: DynamoDBClient | undefined) {
  const sdk = await import("./dynamodb-sdk.ts");
  if (client !== undefined) return { ...sdk, dynamodb: client };
  shared ??= sdk.createClient();
  return { ...sdk, UpdateItemCommand: sdk.DirectUpdateItemCommand, dynamodb: shared };
}
