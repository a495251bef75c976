import type { HostFigures } from "../api/schemas.ts";
import { median } from "../words/stand-out.ts";
import { successRate } from "./host-plots.ts";

/** A host beside the others. */
export interface ComparedHost {
  readonly host: HostFigures;
  /** What is odd about it; empty: nothing. */
  readonly odd: readonly string[];
}

/** A median of fewer values says nothing. */
const ENOUGH = 3;
const FAR = 4;
const MANY_FAIL = 0.1;

/** Says what is odd about each host: those with most that is odd first, then those with the most polls. */
export function comparedHosts(hosts: readonly HostFigures[]): ComparedHost[] {
  const latencies = hosts.map(({ latencies }) => medianOf(latencies));
  const outcomes = hosts.map(({ outcomeSeconds }) => medianOf(outcomeSeconds));
  const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
  const allFailed = sum(hosts.map(({ failed }) => failed));
  const allEnded = allFailed + sum(hosts.map(({ succeeded }) => succeeded));
  return hosts
    .map((host, index) => ({
      host,
      odd: [
        ...farAbove(latencies, index, "slow"),
        ...farAbove(outcomes, index, "long until outcomes"),
        ...manyFailed(host, allFailed, allEnded),
      ],
    }))
    .sort((a, b) => b.odd.length - a.odd.length || b.host.polls - a.host.polls);
}

function medianOf(values: readonly number[]): number | undefined {
  return values.length < ENOUGH ? undefined : median(values);
}

/** @param medians of all hosts, where they say something */
function farAbove(
  medians: readonly (number | undefined)[],
  index: number,
  words: string,
): string[] {
  const typical = median(medians.flatMap((of, at) => (of === undefined || at === index ? [] : of)));
  const ratio = (medians[index] ?? 0) / typical;
  return typical > 0 && ratio >= FAR ? [`${words}: ${Math.round(ratio)} times the others'`] : [];
}

function manyFailed(host: HostFigures, allFailed: number, allEnded: number): string[] {
  const rate = successRate(host);
  const ended = allEnded - host.succeeded - host.failed;
  const usual = ended === 0 ? 0 : (allFailed - host.failed) / ended;
  return rate !== undefined && 1 - rate > Math.max(MANY_FAIL, usual * 2)
    ? [`${Math.round((1 - rate) * 100)} % of its polls failed`]
    : [];
}
