import * as z from "zod/mini";
import { unpackOutcome } from "../fence/packed-outcome.ts";
import { ROW_KEPT_SECONDS } from "../limits.ts";
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
  changedAt: z.optional(z.number()),
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
 * Says where a poll is.
 *
 * @param item its row in the fence's table
 * @param now in epoch ms
 */
export function statusOf(item: unknown, now: number): PollStatus {
  const { pollId, ttl, leaseUntil, outcome, ...row } = rowSchema.parse(item);
  const changedAt = row.changedAt ?? (ttl - ROW_KEPT_SECONDS) * 1000;
  const end = endSchema.safeParse(JSON.parse((outcome && unpackOutcome(outcome)) ?? "null")).data;
  return {
    pollId,
    state: end?.status ?? (leaseUntil > now ? "asking" : "waiting"),
    step: "poll",
    retryCount: end?.retryCount ?? 0,
    startedAt: end?.startedAt ?? new Date(row.startedAt ?? changedAt).toISOString(),
    changedAt: end?.finishedAt ?? new Date(changedAt).toISOString(),
    // Of an ended poll: why it did not succeed.
    ...(end?.error && { waitsFor: end.error.message }),
    history: [],
  };
}
