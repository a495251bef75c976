import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { countOf, startedAtOf } from "../batch/poll-facts.ts";
import { recordFacts } from "../batch/record-facts.ts";
import type { Completed } from "../batch/record-result.ts";
import { isJsonObject, type JsonObject, numberOf } from "../json/json.ts";

/** What a write of a poll's row says of the poll, for whoever looks at it. No claim is decided by it. */
export interface RowProgress {
  /** What the poll does, or how it has ended. */
  readonly state: string;
  /** In epoch ms. */
  readonly changedAt: number;
  /** A {@link Progress}, as JSON. Absent: the row's stays. */
  readonly progress?: string;
}

const progressSchema = z.object({
  retryCount: z.number(),
  maxRetries: z.optional(z.number()),
  step: z.enum(["start", "poll", "result"]),
  method: z.optional(z.string()),
  origin: z.optional(z.string()),
  timeoutMs: z.optional(z.number()),
  startedAt: z.optional(z.number()),
  dueAt: z.optional(z.number()),
  undelivered: z.optional(z.object({ since: z.number(), attempts: z.number() })),
});

/** Where a poll is, as its message says. Times are in epoch ms. */
export type Progress = z.output<typeof progressSchema>;

const MAX_METHOD_CHARACTERS = 16;
const MAX_ORIGIN_CHARACTERS = 256;

/**
 * What a poll's row says from now on.
 *
 * @param now in epoch ms
 * @param dueAt when the poll is due, in epoch ms, if it is known
 */
export function rowSays(
  state: string,
  record: SQSRecord,
  now: number,
  dueAt?: number,
): Required<RowProgress> {
  const { body = {} } = recordFacts(record);
  const progress = progressOf(body, { startedAt: startedAtOf(body, record), dueAt });
  return { state, changedAt: now, progress };
}

/** How a poll has ended, as its row says it. An outcome of a handler's own may name no status. */
export function endState({ outcome }: Completed): string {
  const status = outcome?.status;
  return typeof status === "string" ? status : "completed";
}

/**
 * Writes where a poll is, as short as it can be: the row must stay below 1 KB, which is one write unit. The message is
 * not checked yet, so a field that is wrong is left out.
 */
function progressOf(
  body: JsonObject,
  times: { readonly startedAt: number | undefined; readonly dueAt: number | undefined },
): string {
  const { start, request: later, step, maxRetries, retryCount, undelivered } = body;
  const request = isJsonObject(start) ? start : later;
  const { url, method, timeoutMs } = isJsonObject(request) ? request : {};
  return JSON.stringify({
    retryCount: countOf(retryCount),
    maxRetries: numberOf(maxRetries),
    step: isJsonObject(start) ? "start" : step === "result" ? "result" : "poll",
    method: methodIn(method, isJsonObject(start)),
    origin: originIn(url),
    timeoutMs: numberOf(timeoutMs),
    ...times,
    undelivered: isJsonObject(undelivered) ? deliveryIn(undelivered) : undefined,
  } satisfies Record<keyof Progress, unknown>);
}

/** Reads the progress in a row. `undefined`: there is none, or it was changed. */
export function readProgress(text: string | undefined): Progress | undefined {
  if (text === undefined) return undefined;
  try {
    return progressSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** @returns a method as it is sent, with its default; never a text that is no method */
function methodIn(method: unknown, isStart: boolean): string | undefined {
  if (method === undefined) return isStart ? "POST" : "GET";
  const isMethod = typeof method === "string" && method.length <= MAX_METHOD_CHARACTERS;
  return isMethod ? method : undefined;
}

/** The origin of a URL: a path or a query may hold a secret. */
function originIn(url: unknown): string | undefined {
  const origin = typeof url === "string" ? URL.parse(url)?.origin : undefined;
  return origin !== undefined && origin.length <= MAX_ORIGIN_CHARACTERS ? origin : undefined;
}

function deliveryIn({ since, attempts }: JsonObject) {
  const said = { since: numberOf(since), attempts: countOf(attempts) };
  return said.since === undefined ? undefined : said;
}
