import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { conditionalWriter, type WriteItemIf } from "../fence/conditional-writer.ts";
import type { GroupRow, GroupTable } from "./group-table.ts";
import { addWrite, endWrite, groupKey, groupRowOf, sentWrite } from "./group-writes.ts";

/** Options of {@link dynamoDbGroups}. */
export interface DynamoDbGroupsOptions {
  /** The fence's table. */
  readonly tableName: string;
  /** `@default` a client with the SDK's standard settings, whose calls end within seconds */
  readonly client?: DynamoDBClient;
}

/** A member may say a larger size while another one is written. */
const MOST_TRIES = 5;

/** The groups in the fence's table on DynamoDB. The SDK is loaded when the first member of a group has ended. */
export function dynamoDbGroups({ tableName, client }: DynamoDbGroupsOptions): GroupTable {
  let loaded: WriteItemIf | undefined;
  const writeIf: WriteItemIf = (...call) => {
    loaded ??= conditionalWriter(tableName, client);
    return loaded(...call);
  };
  const write = async (...call: Parameters<WriteItemIf>): Promise<Written> => {
    const [pollId, what, options] = call;
    const result = await writeIf(pollId, what, { ...options, returns: "ALL_NEW" });
    if (result.kind === "written") {
      return { wasWritten: true, row: groupRowOf(result.attributes, tableName) };
    }
    const item = await result.readItem();
    if (item === undefined) throw new Error(`table ${tableName}: the row of a group is gone`);
    return { wasWritten: false, row: groupRowOf(item, tableName) };
  };

  return {
    async add(groupId, members, size, now, options) {
      let largest = size;
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const call = addWrite(members, largest, now);
        const { wasWritten, row } = await write(groupKey(groupId), call, options);
        if (wasWritten || row.message !== undefined) return row;
        largest = Math.max(largest, row.size);
      }
      throw new Error("the members of a group say ever larger sizes; the record comes back");
    },

    async decide(groupId, end, now, options) {
      return (await write(groupKey(groupId), endWrite(end, now), options)).row;
    },

    async noteSent(groupId, options) {
      await writeIf(groupKey(groupId), sentWrite(), options);
    },
  };
}

interface Written {
  readonly wasWritten: boolean;
  readonly row: GroupRow;
}
