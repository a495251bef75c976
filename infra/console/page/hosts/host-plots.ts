import { scaleLog } from "d3-scale";
import type { HostFigures } from "../api/schemas.ts";
import { durationWords, latencyWords } from "../words/durations.ts";
import { median } from "../words/stand-out.ts";

/** A plot of how often values of each size occurred. All hosts share its axis, so that one that is odd stands aside. */
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

/** An axis from the least to the greatest value, with ticks at powers of ten. */
function logAxis(
  values: readonly number[],
  least: number,
  words: (value: number) => string,
): LogAxis {
  const low = 10 ** Math.floor(Math.log10(Math.max(least, Math.min(...values, Infinity))) || 0);
  const from = values.length === 0 ? least : Math.max(least, low);
  const to = Math.max(
    from * 10,
    10 ** Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b), from))),
  );
  const scale = scaleLog([from, to], [0, 1]).clamp(true);
  const powers = scale
    .ticks()
    .filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));
  const every = Math.ceil(powers.length / 4);
  return {
    place: (value) => scale(Math.max(value, from)),
    ticks: powers
      .filter((_, index) => index % every === 0)
      .map((tick) => ({ x: scale(tick), label: words(tick) })),
  };
}

/** The axes that all hosts share. */
export function hostAxes(hosts: readonly HostFigures[]): { latency: LogAxis; outcome: LogAxis } {
  return {
    latency: logAxis(
      hosts.flatMap(({ latencies }) => latencies),
      1,
      latencyWords,
    ),
    outcome: logAxis(
      hosts.flatMap(({ outcomeSeconds }) => outcomeSeconds),
      1,
      durationWords,
    ),
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

/** A median of fewer values says nothing. */
const ENOUGH = 3;
const FAR = 4;
const MANY_FAIL = 0.1;

/** Says what is odd about a host beside the others; empty: nothing. */
export function hostOddities(host: HostFigures, all: readonly HostFigures[]): string[] {
  const others = all.filter((other) => other !== host);
  const found: string[] = [];
  const compare = (pick: (host: HostFigures) => readonly number[], words: string) => {
    const own = pick(host);
    const rest = others.map(pick).filter((values) => values.length >= ENOUGH);
    if (own.length < ENOUGH || rest.length === 0) return;
    const typical = median(rest.map(median));
    const ratio = median(own) / typical;
    if (typical > 0 && ratio >= FAR) found.push(`${words}: ${Math.round(ratio)} times the others'`);
  };
  compare(({ latencies }) => latencies, "slow answers");
  compare(({ outcomeSeconds }) => outcomeSeconds, "long until the outcome");
  const rate = successRate(host);
  const ended = others.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0);
  const failed = others.reduce((sum, other) => sum + other.failed, 0);
  const usual = ended === 0 ? 0 : failed / ended;
  if (rate !== undefined && 1 - rate > Math.max(MANY_FAIL, usual * 2)) {
    found.push(`${Math.round((1 - rate) * 100)} % of its polls failed`);
  }
  return found;
}

/** The hosts with most that is odd first, then those with the most polls. */
export function oddestFirst(hosts: readonly HostFigures[]): HostFigures[] {
  return hosts.toSorted(
    (a, b) => hostOddities(b, hosts).length - hostOddities(a, hosts).length || b.polls - a.polls,
  );
}
