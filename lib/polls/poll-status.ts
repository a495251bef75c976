import * as z from "zod/mini";
import { isNudged, wasAborted } from "../fence/claim-decision.ts";
import { unpackOutcome } from "../fence/packed-outcome.ts";
import { type HistoryStep, readHistory, type StepKind } from "../history/history.ts";
import { type Progress, readProgress } from "../history/progress.ts";
import {
  DEFAULT_RETRIES,
  DEFAULT_TIMEOUT_MS,
  MAX_DELAY_SECONDS,
  ROW_KEPT_SECONDS,
} from "../limits.ts";
import { OUTCOME_STATUSES } from "../outcome/outcome-status.ts";
import type { PollState } from "./poll-states.ts";
import { waitWords } from "./wait-words.ts";

/** One step of a poll's history. */
export interface PollStep {
  /** When the request was sent, or the hold began; ISO 8601. */
  readonly at: string;
  readonly kind: StepKind;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** The error's code, for example ECONNREFUSED, or else its name, if there was one. */
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
  /** Absent when the message's own is invalid. */
  readonly method?: string;
  /** Of the request's URL: no path, no query. */
  readonly origin?: string;
  readonly startedAt: string;
  readonly changedAt: string;
  /** When it is asked next. Absent when that is not known. */
  readonly dueAt?: string;
  /** What it waits for, or why it ended as it did, in plain words. */
  readonly waitsFor?: string;
  readonly lastAnswer?: PollStep;
  /** The pollId of the poll whose outcome this one delivers; `""`: not known. */
  readonly delivers?: string;
  /** The oldest first. */
  readonly history: readonly PollStep[];
  /** Set while its outcome has not reached all destinations, if the stack writes each answer. */
  readonly undelivered?: { readonly since: string; readonly attempts: number };
  /** Of a cancelled poll: when its message comes and its outcome is delivered, at the latest. Absent when that is past. */
  readonly outcomeDueAt?: string;
  /** Set when its job was told to stop, once. What came of that is in the log: it changes nothing for the poll. */
  readonly wasAborted?: true;
  /** Set when it was nudged: it is asked within 15 minutes, or when it is due, if that is sooner. */
  readonly isNudged?: true;
}

/** A part of a row without which its poll can be shown as well: one that cannot be read counts as absent. */
const readable = <Part>(part: z.ZodMiniType<Part>) => z.catch(z.optional(part), undefined);

const undeliveredSchema = z.object({ since: z.number(), attempts: z.number() });

const rowSchema = z.object({
  pollId: z.string(),
  ttl: z.number(),
  state: readable(z.string()),
  changedAt: readable(z.number()),
  leaseUntil: z.number(),
  claimId: readable(z.string()),
  nudgedClaimId: readable(z.string()),
  abortClaimId: readable(z.string()),
  progress: readable(z.string()),
  startedAt: readable(z.number()),
  /** Parsed; `null` when the poll has ended without an outcome. */
  outcome: z.optional(
    parsedBy(z.instanceof(Uint8Array), (packed) => unpackOutcome(packed) ?? "null"),
  ),
  undelivered: readable(z.pipe(parsedBy(z.string(), String), undeliveredSchema)),
});

type Row = z.infer<typeof rowSchema>;

const endSchema = z.object({
  status: z.enum(OUTCOME_STATUSES),
  retryCount: z.number(),
  startedAt: z.string(),
  finishedAt: z.string(),
  error: z.optional(z.object({ message: z.string() })),
});

/** A request may end this much later than its own time-out: its function also reads, judges and waits for turns. */
const REQUEST_MARGIN_MS = 5000;

/**
 * Says where a poll is.
 *
 * @param item its row in the fence's table
 * @param now in epoch ms
 * @throws {TypeError} when the fence has not written the row
 */
export function statusOf(item: unknown, now: number): PollStatus {
  const status = readStatus(item, now);
  if (status !== undefined) return status;
  throw new TypeError("its row in the table is not one of the poller's: was it changed?");
}

/** As {@link statusOf}, but `undefined` for a row that the fence has not written. */
export function readStatus(item: unknown, now: number): PollStatus | undefined {
  const row = rowSchema.safeParse(item).data;
  return row && statusIn(row, now);
}

function statusIn(row: Row, now: number): PollStatus {
  const { pollId } = row;
  const progress = readProgress(row.progress ?? "");
  const changedAt = row.changedAt ?? (row.ttl - ROW_KEPT_SECONDS) * 1000;
  const history = readHistory(progress?.history).map(stepOf);
  const lastAnswer = history.findLast(({ kind }) => kind !== "held");
  const said = {
    pollId,
    step: progress?.step ?? "poll",
    ...(progress?.origin !== undefined && { origin: progress.origin }),
    ...(progress?.method !== undefined && { method: progress.method }),
    ...(progress && { maxRetries: progress.maxRetries ?? DEFAULT_RETRIES }),
    ...(progress?.delivers !== undefined && { delivers: progress.delivers }),
    ...(lastAnswer && { lastAnswer }),
    history,
  } as const;
  const end = endOf(row, progress, changedAt);
  if (end !== undefined) {
    const { status, retryCount, startedAt, finishedAt } = end;
    return {
      ...said,
      state: status,
      retryCount,
      startedAt,
      changedAt: finishedAt,
      ...(end.error && { waitsFor: end.error.message }),
      ...undeliveredOf(row),
      ...(status === "cancelled" && outcomeDueAt(progress, Date.parse(finishedAt), now)),
      ...(wasAborted(row) && { wasAborted: true }),
    };
  }
  return {
    ...said,
    retryCount: progress?.retryCount ?? 0,
    startedAt: time(row.startedAt ?? progress?.startedAt ?? changedAt),
    changedAt: time(changedAt),
    ...waitOf(row, progress, changedAt, now),
    ...(isNudged(row) && { isNudged: true }),
  };
}

/** A row that was cancelled before its first claim has an outcome, and no progress. */
function endOf({ outcome, state }: Row, progress: Progress | undefined, changedAt: number) {
  if (outcome === undefined) return undefined;
  const end = endSchema.safeParse(outcome).data;
  if (end !== undefined) return end;
  // An outcome of a stack of one's own may be any JSON.
  const at = time(changedAt);
  const status = endSchema.shape.status.safeParse(state).data ?? "succeeded";
  const retryCount = progress?.retryCount ?? 0;
  return { status, retryCount, startedAt: at, finishedAt: at, error: undefined };
}

function undeliveredOf({ undelivered }: Row): Pick<PollStatus, "undelivered"> {
  if (undelivered === undefined) return {};
  const { since, attempts } = undelivered;
  return { undelivered: { since: time(since), attempts } };
}

/** A message that waits looks at its row after each hop, and SQS delays none for longer than {@link MAX_DELAY_SECONDS}. */
function outcomeDueAt(
  progress: Progress | undefined,
  cancelledAt: number,
  now: number,
): Pick<PollStatus, "outcomeDueAt"> {
  if (progress?.dueAt === undefined) return {};
  const at = Math.min(progress.dueAt, cancelledAt + MAX_DELAY_SECONDS * 1000);
  return at > now ? { outcomeDueAt: time(at) } : {};
}

function waitOf(
  { state, leaseUntil }: Row,
  progress: Progress | undefined,
  changedAt: number,
  now: number,
): Pick<PollStatus, "state" | "dueAt" | "waitsFor"> {
  const { dueAt, waitReason, timeoutMs = DEFAULT_TIMEOUT_MS } = progress ?? {};
  if (dueAt !== undefined) {
    const words = waitWords(waitReason, (dueAt - changedAt) / 1000);
    return { state: state === "held" ? "held" : "waiting", dueAt: time(dueAt), waitsFor: words };
  }
  const isAsking = leaseUntil > now && now < changedAt + timeoutMs + REQUEST_MARGIN_MS;
  return isAsking
    ? { state: "asking", waitsFor: "the answer to its request" }
    : { state: "waiting", waitsFor: "its next request, which writes what the last answer was" };
}

function stepOf({ at, waitReason, waitSeconds, ...step }: HistoryStep): PollStep {
  return {
    ...step,
    at: time(at),
    ...(waitSeconds !== undefined && { waitSeconds, reason: waitWords(waitReason, waitSeconds) }),
  };
}

/** The latest time that a Date can hold: a forged history may say a later one. */
const LATEST_MS = 8_640_000_000_000_000;

function time(epochMs: number): string {
  return new Date(Math.min(Math.max(0, epochMs), LATEST_MS)).toISOString();
}

/** What the JSON says that `read` finds in a value. */
function parsedBy<Value>(of: z.ZodMiniType<Value>, read: (value: Value) => string) {
  return z.pipe(
    of,
    z.transform((value, context): unknown => {
      try {
        return JSON.parse(read(value));
      } catch {
        context.issues.push({ code: "custom", message: "must be JSON", input: value });
        return z.NEVER;
      }
    }),
  );
}
