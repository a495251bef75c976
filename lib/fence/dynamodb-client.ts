import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { onceLoaded } from "../once-loaded.ts";

type Sdk = typeof import("./dynamodb-sdk.ts");

/** The one client with the SDK's standard settings that all tables share. */
let shared: DynamoDBClient | undefined;

/**
 * Begins to load DynamoDB's SDK, so that the first call need not wait for it. A given client makes the SDK's own calls,
 * with the middlewares that were added to it; the shared one makes direct calls, which take less CPU.
 *
 * @param client `undefined`: the one that all tables share, whose calls end within seconds
 * @returns gives what was loaded, and loads again what could not be loaded
 */
export function loadDynamoDb(
  client: DynamoDBClient | undefined,
): () => Promise<Sdk & { readonly dynamodb: DynamoDBClient }> {
  const loaded = onceLoaded(() => load(client));
  // Each call gets the error; if no call is made, it must not be an unhandled rejection.
  loaded().catch(() => undefined);
  return loaded;
}

async function load(client: DynamoDBClient | undefined) {
  const sdk = await import("./dynamodb-sdk.ts");
  if (client !== undefined) return { ...sdk, dynamodb: client };
  shared ??= sdk.createClient();
  return { ...sdk, UpdateItemCommand: sdk.DirectUpdateItemCommand, dynamodb: shared };
}
