import type { ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { cancelWrite } from "../fence/cancel-write.ts";
import { conditionalWriter } from "../fence/conditional-writer.ts";
import { nudgeWrite } from "../fence/nudge-write.ts";
import { isGroupKey } from "../groups/group-writes.ts";
import { type Outcome, outcomeOf } from "../outcome/outcome.ts";
import type { PollState } from "../polls/poll-states.ts";
import { type PollStatus, readStatus, statusOf } from "../polls/poll-status.ts";
import { isListed, type ListOptions, scanFilter } from "./list-filter.ts";
import type { Services } from "./services.ts";

export type Row = Readonly<Record<string, unknown>>;

/** What a cancel did. */
export interface CancelResult {
  /** The poll's state now. */
  readonly state: PollState;
  /** Whether this call ended the poll; false: it had already ended. */
  readonly cancelled: boolean;
}

/** The rows of the fence's table, one per poll. */
export interface PollRows {
  read(
    pollId: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Row | undefined>;
  list(options: ListOptions): AsyncGenerator<PollStatus, void>;
  cancel(pollId: string): Promise<CancelResult>;
  /** @returns how the poll has ended, `"nudged"`, or `undefined` when no message has claimed it yet */
  nudge(pollId: string): Promise<PollState | "nudged" | undefined>;
}

/** The SDK alone refuses a row with a number that a double cannot hold. */
const ANY_NUMBER = { wrapNumbers: Number };

/** A page holds 1 MiB at most. */
const ROWS_PER_PAGE = 1000;

/**
 * @param now in epoch ms
 * @param newId makes the id of a cancellation
 */
export function pollRows(
  services: Pick<Services, "dynamodb">,
  tableName: string,
  { now, newId }: { readonly now: () => number; readonly newId: () => string },
): PollRows {
  const read: PollRows["read"] = async (pollId, { signal } = {}) => {
    const { client, GetItemCommand, unmarshall } = await services.dynamodb();
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: { pollId: { S: pollId } },
        ConsistentRead: true,
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    return Item && unmarshall(Item, ANY_NUMBER);
  };

  return {
    read,

    async *list({ signal, ...options }) {
      const { client, ScanCommand, unmarshall } = await services.dynamodb();
      let from: ScanCommandInput["ExclusiveStartKey"];
      do {
        const scan = new ScanCommand({
          TableName: tableName,
          Limit: ROWS_PER_PAGE,
          ...scanFilter(options),
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        });
        const page = await client
          .send(scan, signal === undefined ? {} : { abortSignal: signal })
          .catch((error: unknown) => {
            signal?.throwIfAborted();
            throw error;
          });
        for (const item of page.Items ?? []) {
          const row = unmarshall(item, ANY_NUMBER);
          if (isGroupKey(row.pollId)) continue;
          // What the fence has not written is no poll.
          const status = readStatus(row, now());
          if (status !== undefined && isListed(status, options)) yield status;
        }
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },

    async cancel(pollId) {
      const { client } = await services.dynamodb();
      const writeIf = conditionalWriter(tableName, client);
      const before = await read(pollId);
      const ended = before && endedState(before, now());
      if (ended !== undefined) return { state: ended, cancelled: false };
      const outcome = cancelledOutcome(pollId, before, now());
      const cancelId = newId();
      const result = await writeIf(pollId, cancelWrite(outcome, cancelId, now()));
      if (result.kind === "written") return { state: "cancelled", cancelled: true };
      const after = await result.readItem();
      const state = after && endedState(after, now());
      // The SDK has repeated the call, because its answer was lost.
      const cancelled = after?.cancelId === cancelId;
      if (state !== undefined) return { state, cancelled };
      throw new Error(`poll ${pollId}: its row has vanished while it was cancelled; try again`);
    },

    async nudge(pollId) {
      const { client } = await services.dynamodb();
      const result = await conditionalWriter(tableName, client)(pollId, nudgeWrite());
      if (result.kind === "written") return "nudged";
      const row = await result.readItem();
      return row && endedState(row, now());
    },
  };
}

function cancelledOutcome(pollId: string, row: Row | undefined, now: number): Outcome {
  const before = row && statusOf(row, now);
  const startedAt = before === undefined ? now : Date.parse(before.startedAt);
  const identity = { pollId, retryCount: before?.retryCount ?? 0, startedAt };
  return outcomeOf(identity, { status: "cancelled" }, now);
}

/** How a poll has ended; `undefined`: it goes on. */
function endedState(row: Row, now: number): PollState | undefined {
  return row.outcome === undefined ? undefined : statusOf(row, now).state;
}
