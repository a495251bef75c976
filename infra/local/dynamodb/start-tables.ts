import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import type { TemplateTable } from "../template/read-template.ts";
import { type DynamoDbServer, startDynamoDbServer } from "./server.ts";

/**
 * Starts a DynamoDB with the template's tables, or nothing when the template has no table.
 *
 * @param dataDir the folder where the tables are kept; without it they end with the stack
 * @throws DynamoDB's errors, preceded by the name of the table in the template
 */
export async function startTables(
  region: string,
  tables: readonly TemplateTable[],
  dataDir: string | undefined,
): Promise<DynamoDbServer | undefined> {
  if (tables.length === 0) return undefined;
  const server = await startDynamoDbServer(dataDir === undefined ? {} : { dataDir });
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
    if (cause instanceof ResourceInUseException && (await hasKeys(client, table))) return;
    throw new Error(`template: Resources.${table.logicalId}: ${String(cause)}`, { cause });
  }
}

/** Whether a table left by an earlier stack has the keys that the template declares. */
async function hasKeys(client: DynamoDBClient, { name, keys }: TemplateTable): Promise<boolean> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const names = Table?.KeySchema?.map(({ AttributeName }) => AttributeName);
  return names?.join() === keys.map((key) => key.name).join();
}
