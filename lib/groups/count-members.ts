import { randomUUID } from "node:crypto";
import type { Destination } from "../deliveries/destination.ts";
import { groupEnd, isComplete } from "./group-end.ts";
import type { EndedMember, GroupTable } from "./group-table.ts";

/** The group that a message names. */
export interface Group {
  readonly id: string;
  /** How many polls it has. */
  readonly size: number;
  /** Where its outcome goes. `@default` the stack's outcome queue */
  readonly deliver?: Destination | readonly Destination[] | undefined;
}

/** What counting needs of the outside. */
export interface CountPorts {
  readonly table: GroupTable;
  /** Sends the message that delivers the group's outcome to the poll queue. Rejects when it was refused. */
  readonly send: (message: string) => Promise<void>;
  /** The clock, in epoch ms. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
  /** Makes a unique, unguessable id. `@default` a random UUID */
  readonly newId?: () => string;
}

/** How many members one write holds: an expression is at most 4 KB long (Amazon DynamoDB, Expression parameters). */
const MEMBERS_PER_WRITE = 100;

/**
 * Counts members of a group that have ended. When all have, it decides the group's outcome and sends the message that
 * delivers it. Only when this has resolved may the members' records be acknowledged: until then they come back and are
 * counted again, which changes nothing, and finish what is missing.
 *
 * @returns the members that came too late to be counted: the group's outcome was decided before
 * @throws the table's and the queue's errors
 */
export async function countMembers(
  { id, size, deliver }: Group,
  members: readonly EndedMember[],
  { table, send, now, signal, newId = randomUUID }: CountPorts,
): Promise<readonly EndedMember[]> {
  const late: EndedMember[] = [];
  for (let start = 0; start < members.length; start += MEMBERS_PER_WRITE) {
    const some = members.slice(start, start + MEMBERS_PER_WRITE);
    const added = await table.add(id, some, size, now(), { signal });
    if (added.message === undefined && !isComplete(added)) continue;
    const at = now();
    const row =
      added.message === undefined
        ? await table.decide(
            id,
            groupEnd(id, added, { deliver, now: at, proof: newId(), copyId: newId() }),
            at,
            { signal },
          )
        : added;
    late.push(...some.filter(({ pollId }) => !row.has(pollId)));
    if (row.message === undefined || row.isSent) continue;
    await send(row.message);
    // Without the note, the message is sent once more when a member comes back.
    await table.noteSent(id, { signal }).catch(() => undefined);
  }
  return late;
}
