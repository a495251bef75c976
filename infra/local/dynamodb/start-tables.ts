import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TemplateTable } from "../template/read-template.ts";
import type { DynamoDbServer } from "./server.ts";

/**
 * Starts a DynamoDB with the template's tables; none where it has no tables. Their items are never kept on disk: a
 * row newer than the queues that were kept would have the fence drop what they hold.
 *
 * @throws what DynamoDB answers, with the table's name in the template before it
 */
export async function startTables(
  region: string,
  tables: readonly TemplateTable[],
): Promise<DynamoDbServer | undefined> {
  if (tables.length === 0) return undefined;
  const { startDynamoDbServer } = await import("./server.ts");
  const server = await startDynamoDbServer();
  const { endpoint } = server;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region, credentials });
  try {
    for (const table of tables) await createTable(client, table);
    return server;
  } catch (error) {
    await server.close();
    throw error;
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, table: TemplateTable): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table.name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: table.attributes.map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type,
        })),
        KeySchema: table.keys.map(({ name, type }) => ({ AttributeName: name, KeyType: type })),
      }),
    );
  } catch (cause) {
    throw new Error(`template: Resources.${table.logicalId}: ${String(cause)}`, { cause });
  }
}
