import type { Depths, PollStatus } from "../../../lib/client/index.ts";
import { endedBadly } from "../../../lib/outcome/outcome-status.ts";
import { pausedText } from "../polls/paused-text.ts";
import { pollTable } from "../polls/poll-table.ts";
import { alignColumns } from "../terminal/table.ts";
import { wrapped } from "../terminal/width.ts";

/** An empty line, the names of the columns, how many more polls there are, and one for the cursor. */
const OTHER_LINES = 4;

/** What the table is drawn on, and when (epoch ms). */
export interface Screen {
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
}

/** Polls that ended badly stand first for this long, in ms. */
const FIRST_FOR_MS = 3_600_000;

/**
 * The polls that changed last, as many as the screen has lines for, below a line that says what one sees. Those that
 * ended badly within the last hour stand first, on at most half of the lines.
 */
export function liveTable(
  polls: readonly PollStatus[],
  depths: Depths | undefined,
  { name, isPaused }: { readonly name: string; readonly isPaused: boolean },
  { now, columns, rows }: Screen,
): string[] {
  if (depths === undefined) return [`reading the polls of ${name}…`];
  const counts = `${polls.length} polls of ${name}; in its queues: ${queuesText(depths)}`;
  const opening = [counts, isPaused ? pausedText(name) : ""].flatMap((text) =>
    wrapped(text, columns),
  );
  const lines = Math.max(1, rows - OTHER_LINES - opening.length);
  const newest = polls.toSorted((a, b) =>
    a.changedAt < b.changedAt ? 1 : a.changedAt > b.changedAt ? -1 : 0,
  );
  const first = newest
    .filter(
      (poll) =>
        endedBadly({ status: poll.state }) && now - Date.parse(poll.changedAt) < FIRST_FOR_MS,
    )
    .slice(0, Math.ceil(lines / 2));
  const shown = [...new Set([...first, ...newest])].slice(0, lines);
  const more = polls.length - shown.length;
  return [
    ...opening,
    "",
    ...(polls.length === 0 ? ["no poll was received yet"] : pollTable(shown, now, columns)),
    ...(more > 0 ? alignColumns([[`and ${more} more`]], columns) : []),
  ];
}

/** The polls that are new, or in another state or retry than before. */
export function changedSince(
  before: ReadonlyMap<string, PollStatus>,
  after: ReadonlyMap<string, PollStatus>,
): PollStatus[] {
  return [...after.values()].filter((poll) => {
    const old = before.get(poll.pollId);
    return old?.state !== poll.state || old.retryCount !== poll.retryCount;
  });
}

function queuesText({ waiting, delayed, inFlight, outcomes, deadLetters }: Depths): string {
  const counts = [`${waiting + delayed + inFlight} to poll`, `${outcomes ?? "?"} outcomes`];
  return [...counts, `${deadLetters ?? "?"} dead letters`].join(", ");
}
