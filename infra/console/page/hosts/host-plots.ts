import { scaleLog } from "d3-scale";
import type { HostFigures } from "../api/schemas.ts";
import { durationWords, latencyWords } from "../words/durations.ts";
import { median } from "../words/stand-out.ts";

/** A plot of how often values of each size occurred. All hosts share its axis, so that one that is odd stands out. */
export interface Histogram {
  readonly columns: readonly {
    readonly x: number;
    readonly width: number;
    readonly share: number;
  }[];
  /** From 0 to 1 across the plot; absent without values. */
  readonly medianX?: number;
}

/** An axis for values that range over powers of ten. */
export interface LogAxis {
  /** From 0 to 1. */
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

const COLUMNS = 28;

/** Round durations in ms, about ten times apart. */
const LATENCY_TICKS = [1, 10, 100, 1000, 10_000, 60_000, 600_000];
/** Round durations in s, about ten times apart. */
const OUTCOME_TICKS = [1, 10, 60, 600, 3600, 36_000, 86_400, 864_000, 8_640_000];

/** An axis from the tick before the least value to the tick after the greatest. */
function logAxis(
  values: readonly number[],
  candidates: readonly number[],
  words: (value: number) => string,
): LogAxis {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = values.reduce((a, b) => Math.max(a, b), 0);
  const before = candidates.findLastIndex((tick) => tick <= least);
  const first = Math.max(0, values.length === 0 ? 0 : before);
  const after = candidates.findIndex((tick) => tick >= greatest);
  const last = Math.max(first + 1, after === -1 ? candidates.length - 1 : after);
  const ticks = candidates.slice(first, last + 1);
  const scale = scaleLog([ticks[0] ?? 1, ticks.at(-1) ?? 10], [0, 1]).clamp(true);
  const every = Math.ceil(ticks.length / 5);
  return {
    place: (value) => scale(Math.max(value, ticks[0] ?? 1)),
    ticks: ticks
      .filter((_, index) => index % every === 0)
      .map((tick) => ({ x: scale(tick), label: words(tick) })),
  };
}

/** The axes that all hosts share. */
export function hostAxes(hosts: readonly HostFigures[]): { latency: LogAxis; outcome: LogAxis } {
  const latencies = hosts.flatMap(({ latencies }) => latencies);
  const seconds = hosts.flatMap(({ outcomeSeconds }) => outcomeSeconds);
  return {
    latency: logAxis(latencies, LATENCY_TICKS, latencyWords),
    outcome: logAxis(seconds, OUTCOME_TICKS, durationWords),
  };
}

/** Counts values into columns of the axis; the highest column has the share 1. */
export function histogram(values: readonly number[], axis: LogAxis): Histogram {
  const counts = Array.from({ length: COLUMNS }, () => 0);
  for (const value of values) {
    const column = Math.min(COLUMNS - 1, Math.floor(axis.place(value) * COLUMNS));
    counts[column] = (counts[column] ?? 0) + 1;
  }
  const highest = Math.max(1, ...counts);
  return {
    columns: counts.flatMap((count, column) =>
      count === 0 ? [] : [{ x: column / COLUMNS, width: 1 / COLUMNS, share: count / highest }],
    ),
    ...(values.length > 0 && { medianX: axis.place(median(values)) }),
  };
}

/** A part of all answers of a host. */
export interface StatusShare {
  readonly status: string;
  readonly count: number;
  readonly share: number;
  readonly look: "good" | "late" | "bad";
}

/** The answers of a host by status, the most frequent first. */
export function statusShares(statuses: Readonly<Record<string, number>>): StatusShare[] {
  const entries = Object.entries(statuses);
  const all = entries.reduce((sum, [, count]) => sum + count, 0);
  return entries
    .map(([status, count]) => ({ status, count, share: count / all, look: statusLook(status) }))
    .sort((a, b) => b.count - a.count);
}

function statusLook(status: string): StatusShare["look"] {
  if (status === "429" || status === "503") return "late";
  return /^[123]/.test(status) ? "good" : "bad";
}

/** The share of ended polls that succeeded; undefined: none has ended. */
export function successRate({ succeeded, failed }: HostFigures): number | undefined {
  const ended = succeeded + failed;
  return ended === 0 ? undefined : succeeded / ended;
}
