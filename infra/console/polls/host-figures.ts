import { endedBadly } from "../../../lib/outcome/outcome-status.ts";
import type { PollStatus } from "../../../lib/polls/poll-status.ts";

/** What the polls of one origin say about it. */
export interface HostFigures {
  readonly host: string;
  readonly polls: number;
  readonly succeeded: number;
  /** Ended as failed, exhausted or expired. */
  readonly failed: number;
  /** Of the latest answers, in ms, the oldest first. */
  readonly latencies: readonly number[];
  /** How many answers had each HTTP status; `error` for a request without an answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From start to end, in seconds, of the polls that ended last; the earliest first. */
  readonly outcomeSeconds: readonly number[];
}

/** A plot of more points than this says nothing more. */
const MAX_POINTS = 300;
/** The hosts with the most polls. */
const MAX_HOSTS = 200;

/** The figures of each origin, from the histories of its polls; the origin with the most polls first. */
export function hostFigures(all: Iterable<PollStatus>): HostFigures[] {
  const byHost = new Map<string, PollStatus[]>();
  for (const poll of all) {
    if (poll.origin === undefined) continue;
    const polls = byHost.get(poll.origin);
    if (polls === undefined) byHost.set(poll.origin, [poll]);
    else polls.push(poll);
  }
  return [...byHost]
    .sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1))
    .slice(0, MAX_HOSTS)
    .map(([host, polls]) => figuresOf(host, polls));
}

function figuresOf(host: string, polls: readonly PollStatus[]): HostFigures {
  const answers = polls
    .flatMap(({ history }) => history)
    .filter(({ status, error }) => status !== undefined || error !== undefined);
  const statuses: Record<string, number> = {};
  for (const { status = "error" } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  const succeeded = polls.filter(({ state }) => state === "succeeded");
  const failed = polls.filter(({ state }) => endedBadly({ status: state }));
  return {
    host,
    polls: polls.length,
    succeeded: succeeded.length,
    failed: failed.length,
    latencies: latest(answers, ({ at }) => at).flatMap(({ latencyMs }) => latencyMs ?? []),
    statuses,
    outcomeSeconds: latest([...succeeded, ...failed], ({ changedAt }) => changedAt).map(
      ({ startedAt, changedAt }) => (Date.parse(changedAt) - Date.parse(startedAt)) / 1000,
    ),
  };
}

/** The latest by an ISO 8601 time, in their order. Not all are sorted: a host can have a million answers. */
function latest<T>(items: readonly T[], timeOf: (item: T) => string): T[] {
  let kept: T[] = [];
  let since = "";
  const keepLatest = (): void => {
    kept = kept.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)).slice(-MAX_POINTS);
  };
  for (const item of items) {
    if (timeOf(item) < since) continue;
    kept.push(item);
    if (kept.length < 2 * MAX_POINTS) continue;
    keepLatest();
    since = kept[0] === undefined ? "" : timeOf(kept[0]);
  }
  keepLatest();
  return kept;
}
