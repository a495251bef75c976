import * as z from "zod/mini";
import { MAX_HISTORY_LENGTH, WAIT_REASONS, type WaitReason } from "./history.ts";

/** What a poll's row says for people, besides its state. */
export interface Progress {
  readonly retryCount: number;
  readonly maxRetries?: number | undefined;
  readonly step: "start" | "poll" | "result";
  readonly method?: string | undefined;
  /** Of the request's URL: no path, no query. */
  readonly origin?: string | undefined;
  /** Of its request, in ms. */
  readonly timeoutMs?: number | undefined;
  /** In epoch ms. */
  readonly startedAt?: number | undefined;
  /** When it is due, in epoch ms; absent while it is asked. */
  readonly dueAt?: number | undefined;
  readonly waitReason?: WaitReason | undefined;
  /** The pollId of the poll whose outcome this one delivers; `""`: not known. */
  readonly delivers?: string | undefined;
  readonly history?: string | undefined;
}

/** The part of a row that says where its poll is. */
export interface RowState {
  /** `waiting`, `held`, `asking`, or how the poll has ended. */
  readonly state: string;
  /** In epoch ms. */
  readonly changedAt: number;
  /** The {@link Progress}, as text. */
  readonly progress: string;
}

/** Names of one letter, because a row of up to 1 KB costs one write unit. */
const progressSchema = z.object({
  r: z.number(),
  m: z.optional(z.number()),
  s: z.optional(z.enum(["start", "result"])),
  q: z.optional(z.string()),
  o: z.optional(z.string()),
  t: z.optional(z.number()),
  a: z.optional(z.number()),
  d: z.optional(z.number()),
  w: z.optional(z.enum(WAIT_REASONS)),
  v: z.optional(z.string()),
  h: z.optional(z.string().check(z.maxLength(MAX_HISTORY_LENGTH))),
});

/** Writes a poll's progress as short text. */
export function progressText(progress: Progress): string {
  const { step, history } = progress;
  return JSON.stringify({
    r: progress.retryCount,
    m: progress.maxRetries,
    s: step === "poll" ? undefined : step,
    q: shortMethod(progress),
    o: progress.origin,
    t: progress.timeoutMs,
    a: progress.startedAt,
    d: progress.dueAt,
    w: progress.waitReason,
    v: progress.delivers,
    h: history === "" ? undefined : history,
  } satisfies z.input<typeof progressSchema>);
}

/** Most methods are GET, and take no room beside an origin. `""`: not known. */
function shortMethod({ method, origin }: Progress): string | undefined {
  if (method === "GET" || origin === undefined) return undefined;
  return method ?? "";
}

/** Reads what {@link progressText} wrote; `undefined` for anything else. */
export function readProgress(text: string): Progress | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const said = progressSchema.safeParse(value).data;
  if (said === undefined) return undefined;
  return {
    retryCount: said.r,
    maxRetries: said.m,
    step: said.s ?? "poll",
    method: said.q === "" || said.o === undefined ? undefined : (said.q ?? "GET"),
    origin: said.o,
    timeoutMs: said.t,
    startedAt: said.a,
    dueAt: said.d,
    waitReason: said.w,
    delivers: said.v,
    history: said.h,
  };
}
