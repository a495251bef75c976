import type { Fault, Point } from "./faults.ts";

/** What does not work for an hour. */
export const OUTAGES = [
  "the table refuses",
  "the table does not answer",
  "the table writes and does not answer",
  "SQS refuses sends",
] as const;

export interface OutagePlan {
  readonly what: (typeof OUTAGES)[number];
  /** Seconds from the beginning. */
  readonly fromSeconds: number;
}

const OUTAGE_MS = 3_600_000;

const TABLE_CALLS: readonly Point[] = [
  "claim",
  "look",
  "markAbort",
  "group",
  "decide",
  "keepNext",
  "giveBack",
  "keepLease",
  "note",
];
const SENDS: readonly Point[] = ["requeue", "deliver", "tell", "deadLetter"];

const KINDS = {
  "the table refuses": { points: TABLE_CALLS, kind: "refused" },
  "the table does not answer": { points: TABLE_CALLS, kind: "unanswered" },
  "the table writes and does not answer": { points: TABLE_CALLS, kind: "ambiguous" },
  "SQS refuses sends": { points: SENDS, kind: "refused" },
} as const;

/**
 * Creates the faults of an outage: every call of its kind fails, for an hour.
 *
 * @param startedAt the beginning of the scenario, in epoch ms
 */
export function outageFaults(plan: OutagePlan | undefined, startedAt: number) {
  return (point: Point, now: number): Fault | undefined => {
    if (plan === undefined) return undefined;
    const sinceMs = now - startedAt - plan.fromSeconds * 1000;
    const { points, kind } = KINDS[plan.what];
    const isOut = sinceMs >= 0 && sinceMs < OUTAGE_MS && points.includes(point);
    return isOut ? { kind, amount: 0 } : undefined;
  };
}
