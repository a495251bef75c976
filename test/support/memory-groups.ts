import type {
  EndedMember,
  GroupRow,
  GroupTable,
  MemberCounts,
} from "../../lib/groups/group-table.ts";
import type { OutcomeStatus } from "../../lib/outcome/outcome-status.ts";

export interface MemoryGroups extends GroupTable {
  /** The outcomes that were decided, packed, by group. */
  readonly outcomes: Map<string, Uint8Array>;
}

interface Row {
  size: number;
  message?: string;
  isSent: boolean;
  readonly members: Map<string, OutcomeStatus>;
}

/** The groups in memory, by the rules of the table. Calls run one at a time, like conditional writes of a row. */
export function memoryGroups(): MemoryGroups {
  const rows = new Map<string, Row>();
  const outcomes = new Map<string, Uint8Array>();
  const read = (groupId: string): GroupRow => {
    const row = rows.get(groupId);
    if (row === undefined) throw new Error("the row of a group is gone");
    const members = new Map(row.members);
    const count = (status: OutcomeStatus) =>
      [...members.values()].filter((of) => of === status).length;
    const counts: MemberCounts = {
      succeeded: count("succeeded"),
      failed: count("failed"),
      exhausted: count("exhausted"),
      expired: count("expired"),
      cancelled: count("cancelled"),
    };
    return {
      size: row.size,
      counts,
      isSent: row.isSent,
      has: (pollId) => members.has(pollId),
      ...(row.message === undefined ? {} : { message: row.message }),
    };
  };
  return {
    outcomes,
    async add(groupId, members: readonly EndedMember[], size) {
      const row: Row = rows.get(groupId) ?? { size, isSent: false, members: new Map() };
      rows.set(groupId, row);
      if (row.message === undefined) {
        row.size = Math.max(row.size, size);
        for (const { pollId, status } of members) row.members.set(pollId, status);
      }
      return read(groupId);
    },
    async decide(groupId, { message, outcome }) {
      const row = rows.get(groupId);
      if (row !== undefined && row.message === undefined) {
        row.message = message;
        outcomes.set(groupId, outcome);
      }
      return read(groupId);
    },
    async noteSent(groupId) {
      const row = rows.get(groupId);
      if (row?.message !== undefined) row.isSent = true;
    },
  };
}
