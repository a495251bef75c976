import type { Destination } from "../deliveries/destination.ts";
import { packOutcome } from "../fence/packed-outcome.ts";
import { toJson } from "../json/json.ts";
import { OUTCOME_STATUSES, type OutcomeStatus } from "../outcome/outcome-status.ts";
import type { GroupEnd, GroupRow, MemberCounts } from "./group-table.ts";
import { groupKey } from "./group-writes.ts";

/** The end of a group: it counts how its polls ended. */
export interface GroupOutcome {
  /** The same in every delivery of the outcome. */
  readonly outcomeId: string;
  readonly groupId: string;
  /** `succeeded` if every member that was counted succeeded. */
  readonly status: "succeeded" | "failed";
  /** The largest size that a member said. */
  readonly size: number;
  /** How many members ended with each status. */
  readonly counts: MemberCounts;
  /** When the last member was counted. */
  readonly finishedAt: string;
}

/** Whether all members of a group have ended. */
export function isComplete({ size, counts }: GroupRow): boolean {
  return sumOf(counts) >= size;
}

function sumOf(counts: MemberCounts): number {
  return OUTCOME_STATUSES.reduce((sum, status) => sum + counts[status], 0);
}

/** What counts for a group: as in a delivery, an outcome of your own without a known status is no failure. */
export function memberStatusOf({ status }: { readonly status?: unknown }): OutcomeStatus {
  return OUTCOME_STATUSES.find((known) => known === status) ?? "succeeded";
}

/** What the end of a group needs beside its row. */
export interface GroupEndParts {
  /** Where the outcome goes. `undefined`: to the stack's outcome queue. */
  readonly deliver: Destination | readonly Destination[] | undefined;
  /** In epoch ms. */
  readonly now: number;
  /** Unguessable. */
  readonly proof: string;
  readonly copyId: string;
}

/**
 * Makes the end of a group from the row that completed it.
 *
 * The message that delivers it is one that the fence knows: its claim is answered with the outcome in the row, because
 * it has the proof. So it is delivered like the outcome of a poll that has ended, for as long, and as safely.
 */
export function groupEnd(groupId: string, row: GroupRow, parts: GroupEndParts): GroupEnd {
  const { deliver, now, proof, copyId } = parts;
  const finishedAt = new Date(now).toISOString();
  const outcome = {
    outcomeId: `${groupKey(groupId)}@${finishedAt}`,
    groupId,
    status: row.counts.succeeded === sumOf(row.counts) ? "succeeded" : "failed",
    size: row.size,
    counts: row.counts,
    finishedAt,
  } satisfies GroupOutcome;
  const message = {
    pollId: groupKey(groupId),
    sequence: 1,
    copyId,
    proof,
    ...(deliver === undefined ? {} : { deliver }),
  };
  return {
    outcome: packOutcome({ kind: "completed", outcome }),
    message: toJson(message),
    proof,
  };
}
