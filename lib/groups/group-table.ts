import type { TableCallOptions } from "../fence/poll-table.ts";
import type { OutcomeStatus } from "../outcome/outcome-status.ts";

/** A poll of a group that has ended. */
export interface EndedMember {
  readonly pollId: string;
  readonly status: OutcomeStatus;
}

/** How many members of a group ended with each status. */
export type MemberCounts = Readonly<Record<OutcomeStatus, number>>;

/** A group's row in the table. */
export interface GroupRow {
  /** The largest size that a member has said. */
  readonly size: number;
  readonly counts: MemberCounts;
  /** The message that delivers the group's outcome; absent until the outcome was decided. */
  readonly message?: string;
  /** Whether that message was sent. */
  readonly isSent: boolean;
  /** Whether a poll was counted. */
  readonly has: (pollId: string) => boolean;
}

/** The end of a group, to be written into its row. */
export interface GroupEnd {
  /** The packed outcome. */
  readonly outcome: Uint8Array;
  /** The message that delivers it. */
  readonly message: string;
  /** The proof in that message: the fence gives the outcome to no message without it. */
  readonly proof: string;
}

/** The storage of groups: one row per group, changed only by conditional writes. Each method rejects as the fence's. */
export interface GroupTable {
  /**
   * Writes members that have ended into their group's row, unless the group's outcome was decided. A member that is
   * there already is not counted twice.
   *
   * @param size what the members say; the row keeps the largest
   * @param now in epoch ms
   * @returns the row after that
   */
  add(
    groupId: string,
    members: readonly EndedMember[],
    size: number,
    now: number,
    options?: TableCallOptions,
  ): Promise<GroupRow>;
  /**
   * Writes the group's outcome, unless one is there.
   *
   * @returns the row with the outcome that counts: the first one written
   */
  decide(
    groupId: string,
    end: GroupEnd,
    now: number,
    options?: TableCallOptions,
  ): Promise<GroupRow>;
  /** Notes that the message that delivers the outcome was sent. */
  noteSent(groupId: string, options?: TableCallOptions): Promise<void>;
}
