import type { Asked, Waiting } from "../batch/record-result.ts";

/** What a step of a poll was: the request of one of its steps, or a time in which it could not be asked. */
export type StepKind = "start" | "poll" | "result" | "delivery" | "held";

/** Why a poll waits as long as it does. */
export type WaitReason = NonNullable<Waiting["waitReason"]>;

/** One step of a poll. */
export interface HistoryStep extends Asked {
  readonly kind: StepKind;
  /** How long the poll waited after it, as was decided then. Absent: it ended. */
  readonly waitSeconds?: number;
  readonly waitReason?: WaitReason;
}

/** How many steps a history has at most; the oldest are forgotten. */
export const MAX_STEPS = 20;

/** The most characters of a history: a longer one was not written by the poller. */
export const MAX_HISTORY_LENGTH = 1200;

const KINDS = { s: "start", p: "poll", r: "result", d: "delivery", h: "held" } as const;
const REASONS = {
  b: "backoff",
  a: "retry-after",
  m: "least-delay",
  e: "expiry",
  h: "host-pause",
  t: "no-time",
  n: "next-step",
} as const satisfies Record<string, WaitReason>;

/** All reasons why a poll waits. */
export const WAIT_REASONS: readonly WaitReason[] = Object.values(REASONS);

const KIND_LETTERS = inverted(KINDS);
const REASON_LETTERS = inverted(REASONS);

/** Kind and time, status and error, latency in ms, wait in s with its reason: numbers in base 36, status in base 10. */
const STEP =
  /^([sprdh])([0-9a-z]{1,9})\.(\d{0,3})((?:[A-Za-z]\w{0,23})?)\.([0-9a-z]{0,8})\.([0-9a-z]{0,6})([A-Z]?)$/;

/**
 * Adds a step to a poll's history. Holds that follow each other are one step.
 *
 * @param history the history so far; what the poller cannot have written counts as none
 */
export function withStep(history: unknown, step: HistoryStep): string {
  const steps = stepsIn(history);
  const last = steps.at(-1);
  if (step.kind === "held" && last !== undefined && last.startsWith("h")) {
    const since = readStep(last)?.at ?? step.at;
    const waitSeconds = (step.waitSeconds ?? 0) + Math.max(0, step.at - since) / 1000;
    steps.splice(-1, 1, stepText({ ...step, at: since, waitSeconds }));
  } else {
    steps.push(stepText(step));
  }
  return steps.slice(-MAX_STEPS).join(" ");
}

/** A history without what the poller cannot have written: a sender can write any text there. */
export function ownHistory(history: unknown): string {
  return stepsIn(history).slice(-MAX_STEPS).join(" ");
}

/** Reads a history, the oldest step first. What the poller cannot have written is left out. */
export function readHistory(history: unknown): HistoryStep[] {
  return partsOf(history)
    .flatMap((text) => readStep(text) ?? [])
    .slice(-MAX_STEPS);
}

function stepsIn(history: unknown): string[] {
  return partsOf(history).filter((text) => STEP.test(text));
}

function partsOf(history: unknown): string[] {
  const isReadable = typeof history === "string" && history.length <= MAX_HISTORY_LENGTH;
  return isReadable ? history.split(" ") : [];
}

function stepText({ kind, at, status, error, latencyMs, waitSeconds, waitReason }: HistoryStep) {
  const what = `${status ?? ""}${(error ?? "").replace(/^[^A-Za-z]+|\W/g, "").slice(0, 24)}`;
  const wait = waitSeconds === undefined ? "" : inBase36(Math.min(waitSeconds, MOST_SECONDS));
  const reason = waitReason === undefined ? "" : REASON_LETTERS[waitReason].toUpperCase();
  return `${KIND_LETTERS[kind]}${inBase36(at)}.${what}.${inBase36(latencyMs)}.${wait}${reason}`;
}

/** More than any poll waits; in base 36, it has six digits. */
const MOST_SECONDS = 36 ** 6 - 1;

function inBase36(value: number): string {
  return Math.max(0, Math.round(value)).toString(36);
}

function readStep(text: string): HistoryStep | undefined {
  const [, kind = "", at = "", status = "", error = "", latency = "", wait = "", reason = ""] =
    STEP.exec(text) ?? [];
  if (!isKey(KINDS, kind)) return undefined;
  const letter = reason.toLowerCase();
  return {
    kind: KINDS[kind],
    at: Number.parseInt(at, 36),
    latencyMs: latency === "" ? 0 : Number.parseInt(latency, 36),
    ...(status !== "" && { status: Number(status) }),
    ...(error !== "" && { error }),
    ...(wait !== "" && { waitSeconds: Number.parseInt(wait, 36) }),
    ...(isKey(REASONS, letter) && { waitReason: REASONS[letter] }),
  };
}

function isKey<Keyed extends object>(of: Keyed, key: string): key is Extract<keyof Keyed, string> {
  return Object.hasOwn(of, key);
}

function inverted<Key extends string, Value extends string>(of: Readonly<Record<Key, Value>>) {
  const entries = Object.entries<Value>(of).map(([key, value]) => [value, key]);
  return Object.fromEntries(entries) as Readonly<Record<Value, string>>;
}
