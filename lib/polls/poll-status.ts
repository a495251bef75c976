import * as z from "zod/mini";
import { unpackOutcome } from "../fence/packed-outcome.ts";
import { readProgress } from "../fence/row-progress.ts";
import { DEFAULT_TIMEOUT_MS, ROW_KEPT_SECONDS } from "../limits.ts";
import type { OutcomeStatus } from "../outcome/outcome.ts";

/** What a poll does now, or how it has ended. */
export type PollState = "waiting" | "held" | "asking" | OutcomeStatus;

/** One step of a poll's history. */
export interface PollStep {
  /** When the request was sent, or the hold began; ISO 8601. */
  readonly at: string;
  readonly kind: "start" | "poll" | "result" | "held" | "delivery" | "abort";
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** In short, without a secret. */
  readonly error?: string;
  readonly latencyMs?: number;
  /** The wait that was decided after it. */
  readonly waitSeconds?: number;
  /** Why it waits so long. */
  readonly reason?: string;
}

/** Where a poll is. All times are ISO 8601. */
export interface PollStatus {
  readonly pollId: string;
  readonly state: PollState;
  readonly step: "start" | "poll" | "result";
  readonly retryCount: number;
  readonly maxRetries?: number;
  readonly method?: string;
  /** Of the request's URL: no path, no query. */
  readonly origin?: string;
  readonly startedAt: string;
  readonly changedAt: string;
  /** Absent when it is not known. */
  readonly dueAt?: string;
  /** What it waits for, or why it ended as it did, in plain words. */
  readonly waitsFor?: string;
  readonly lastAnswer?: PollStep;
  /** The oldest first. */
  readonly history: readonly PollStep[];
  /** Set while its outcome has not reached all destinations. */
  readonly undelivered?: {
    readonly since: string;
    readonly attempts: number;
    readonly reason?: string;
  };
}

const rowSchema = z.object({
  pollId: z.string(),
  ttl: z.number(),
  leaseUntil: z.number(),
  state: z.optional(z.string()),
  changedAt: z.optional(z.number()),
  progress: z.optional(z.string()),
  startedAt: z.optional(z.number()),
  outcome: z.optional(z.instanceof(Uint8Array)),
});

const endSchema = z.object({
  status: z.enum(["succeeded", "failed", "exhausted", "expired", "cancelled"]),
  retryCount: z.number(),
  startedAt: z.string(),
  finishedAt: z.string(),
  error: z.optional(z.object({ message: z.string() })),
});

/**
 * Says where a poll is. An outcome counts, whatever else the row says.
 *
 * A row says `asking` from a claim on, because no write follows the answer. Once the request must be over, the poll
 * waits again, and its answer is known when it is asked next.
 *
 * @param item its row in the fence's table
 * @param now in epoch ms
 */
export function statusOf(item: unknown, now: number): PollStatus {
  const { pollId, ttl, leaseUntil, outcome, state, ...row } = rowSchema.parse(item);
  const changedAt = row.changedAt ?? (ttl - ROW_KEPT_SECONDS) * 1000;
  const end = endSchema.safeParse(JSON.parse((outcome && unpackOutcome(outcome)) ?? "null")).data;
  const said = readProgress(row.progress);
  const overAt = Math.min(leaseUntil, changedAt + (said?.timeoutMs ?? DEFAULT_TIMEOUT_MS));
  const asksNow = overAt > now && (state === undefined || state === "asking");
  const goesOn = state === "held" ? "held" : "waiting";
  const { retryCount = 0, step = "poll", maxRetries, method, origin, undelivered } = said ?? {};
  const live = asksNow ? "asking" : goesOn;
  // At the claim, the due time was that of the request that is now over.
  const dueAt = end || (state !== "held" && state !== "waiting") ? undefined : said?.dueAt;
  return {
    pollId,
    state: end?.status ?? live,
    step,
    retryCount: end?.retryCount ?? retryCount,
    ...(maxRetries !== undefined && { maxRetries }),
    ...(method !== undefined && { method }),
    ...(origin !== undefined && { origin }),
    startedAt: end?.startedAt ?? iso(row.startedAt ?? said?.startedAt ?? changedAt),
    changedAt: end?.finishedAt ?? iso(changedAt),
    ...(dueAt !== undefined && { dueAt: iso(dueAt) }),
    ...waitsFor(end, live),
    history: [],
    ...(undelivered && {
      undelivered: { since: iso(undelivered.since), attempts: undelivered.attempts },
    }),
  };
}

/** What a poll that goes on waits for; of one that has ended, why it did not succeed. */
function waitsFor(end: z.output<typeof endSchema> | undefined, live: PollState) {
  if (end !== undefined) return end.error && { waitsFor: end.error.message };
  if (live === "asking") return { waitsFor: "the answer to its request" };
  return live === "held"
    ? { waitsFor: "its turn: it was not asked this time" }
    : { waitsFor: "its next request" };
}

/** A time that no Date can hold was written by hand; it must not hide the other polls of a list. */
function iso(time: number): string {
  return new Date(Math.min(Math.max(0, time), LATEST_MS)).toISOString();
}

const LATEST_MS = 8_640_000_000_000_000;
