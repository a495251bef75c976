import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { attemptsOf, hasChangedNothing } from "../aws/attempts.ts";
import { attributesOf } from "./attribute-values.ts";
import { loadDynamoDb } from "./dynamodb-client.ts";
import { type TableCallOptions, TableRefusalError } from "./poll-table.ts";
import type { ConditionalWrite } from "./row-writes.ts";

/** Writes a row on a condition. Rejects when the table cannot be reached or has no capacity left. */
export type WriteItemIf = (
  pollId: string,
  write: ConditionalWrite,
  options?: ConditionalWriteOptions,
) => Promise<ItemWriteResult>;

export interface ConditionalWriteOptions extends TableCallOptions {
  /** Which attributes a write returns: those that it set, or all. `@default` UPDATED_NEW */
  readonly returns?: "UPDATED_NEW" | "ALL_NEW";
}

export type TableItem = Readonly<Record<string, unknown>>;

export type ItemWriteResult =
  /** With the attributes that the write returned. */
  | { readonly kind: "written"; readonly attributes: TableItem }
  /** The condition on the row was false. */
  | { readonly kind: "refused"; readonly readItem: () => Promise<TableItem | undefined> };

/**
 * Makes the function that writes rows of a table on conditions. A refused write returns the row; it is read only where
 * the table does not return it.
 *
 * @param client `@default` one with the SDK's standard settings, whose calls end within seconds
 */
export function conditionalWriter(
  tableName: string,
  client: DynamoDBClient | undefined,
): WriteItemIf {
  const loaded = loadDynamoDb(client);

  return async (pollId, write, { signal, returns = "UPDATED_NEW" } = {}) => {
    const { dynamodb, GetItemCommand, UpdateItemCommand, unmarshall } = await loaded();
    const key = { TableName: tableName, Key: { pollId: { S: pollId } } };
    const callOptions = signal === undefined ? {} : { abortSignal: signal };
    const { ExpressionAttributeValues: values, ...expressions } = write;
    const update = new UpdateItemCommand({
      ...key,
      ...expressions,
      // DynamoDB refuses an empty map.
      ...(values && { ExpressionAttributeValues: attributesOf(values) }),
      ReturnValues: returns,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    const attempts = attemptsOf(update);
    try {
      const { Attributes = {} } = await dynamodb.send(update, callOptions);
      return { kind: "written", attributes: unmarshall(Attributes) };
    } catch (error) {
      if (!isRefusal(error)) throw asTableError(error, attempts.errors, tableName);
      const { Item } = error;
      const readItem = async () => {
        if (Item !== undefined) return unmarshall(Item);
        // Some DynamoDB-compatible servers do not return the item.
        const get = new GetItemCommand({ ...key, ConsistentRead: true });
        const found = await dynamodb.send(get, callOptions);
        return found.Item && unmarshall(found.Item);
      };
      return { kind: "refused", readItem };
    }
  };
}

function isRefusal(error: unknown): error is { Item?: Item | undefined } {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}

/** @param attemptErrors the error of each attempt of the call */
function asTableError(
  error: unknown,
  attemptErrors: readonly unknown[],
  tableName: string,
): unknown {
  const isRefused = [error, ...attemptErrors].every(hasChangedNothing);
  if (!(error instanceof Error) || !isRefused) return error;
  const { name, message } = error;
  return new TableRefusalError(`table ${tableName}: ${name}: ${message}`, { cause: error });
}

type Item = Parameters<typeof import("./dynamodb-sdk.ts").unmarshall>[0];
