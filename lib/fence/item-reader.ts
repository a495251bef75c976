import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableItem } from "./conditional-writer.ts";
import { loadDynamoDb } from "./dynamodb-client.ts";
import type { TableCallOptions } from "./poll-table.ts";

/** Reads a row, perhaps as it was a moment ago. Rejects when the table cannot be reached or has no capacity left. */
export type ReadItem = (
  pollId: string,
  options?: TableCallOptions,
) => Promise<TableItem | undefined>;

/**
 * Makes the function that reads rows of a table. The reads are eventually consistent, which costs half as much.
 *
 * @param client `@default` one with the SDK's standard settings, whose calls end within seconds
 */
export function itemReader(tableName: string, client: DynamoDBClient | undefined): ReadItem {
  const loaded = loadDynamoDb(client);
  return async (pollId, { signal } = {}) => {
    const { dynamodb, GetItemCommand, unmarshall } = await loaded();
    const get = new GetItemCommand({ TableName: tableName, Key: { pollId: { S: pollId } } });
    const { Item } = await dynamodb.send(get, signal === undefined ? {} : { abortSignal: signal });
    return Item && unmarshall(Item);
  };
}
