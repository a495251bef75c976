import type { SQSRecord } from "aws-lambda";
import type { EndedCopy } from "./fence.ts";

/** Knows the records whose poll has ended, or may have. Should they come back, each must claim. */
export function createEndedRecords() {
  const ended = new WeakSet<SQSRecord>();
  const ending = new WeakSet<SQSRecord>();
  return {
    add: (record: SQSRecord): void => void ended.add(record),

    /** Whether the end of a record's poll is being written: perhaps it is. */
    isEnding: (record: SQSRecord): boolean => ending.has(record),

    /** Writes the end of a record's poll. */
    async whileEnding<T>(record: SQSRecord, write: () => Promise<T>): Promise<T> {
      ending.add(record);
      try {
        return await write();
      } finally {
        ending.delete(record);
      }
    },

    /** The field of a record that comes back; `undefined` when its poll goes on. @param now in epoch ms */
    copyOf(record: SQSRecord, now: number): EndedCopy | undefined {
      const mayHaveEnded = ended.has(record) || ending.has(record);
      return mayHaveEnded ? { undelivered: { since: Math.ceil(now), attempts: 0 } } : undefined;
    },
  };
}
