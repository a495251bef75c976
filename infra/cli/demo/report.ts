import { formatSeconds } from "../duration.ts";
import { styled } from "../terminal/output.ts";
import { colouredState } from "../terminal/state-colour.ts";
import { alignColumns, shorten } from "../terminal/table.ts";
import type { PollState } from "../watch/poll-state.ts";
import { resultOf, secondsTaken } from "../watch/received-outcome.ts";
import { type DemoPoll, endOf } from "./polls.ts";

const RESULT_WIDTH = 60;

/** The table at the end of the demonstration: a line a poll, how it ended and what came of it. */
export function reportTable(
  polls: readonly DemoPoll[],
  stateOf: (poll: DemoPoll) => PollState,
): string[] {
  const rows = polls.map((poll) => {
    const state = stateOf(poll);
    const end = colouredState(endOf(state) ?? "not ended");
    return [poll.pollId, poll.shows, end, ...details(state)];
  });
  const [head = "", ...lines] = alignColumns([
    ["POLL", "WHAT IT SHOWS", "ENDED AS", "RETRIES", "TOOK", "RESULT OR REASON"],
    ...rows,
  ]);
  return [styled("bold", head), ...lines];
}

/** What did not end as the demonstration expects, a line each; none when all is well. */
export function surprises(
  polls: readonly DemoPoll[],
  stateOf: (poll: DemoPoll) => PollState,
): string[] {
  return polls.flatMap((poll) => {
    const end = endOf(stateOf(poll));
    return end === poll.endsAs
      ? []
      : [
          `${poll.pollId}: expected ${poll.endsAs}, ${end === undefined ? "has not ended" : `got ${end}`}`,
        ];
  });
}

function details(state: PollState): [string, string, string] {
  switch (state.kind) {
    case "ended": {
      const { outcome } = state;
      const result = outcome.error?.message ?? JSON.stringify(resultOf(outcome)) ?? "";
      return [
        String(outcome.retryCount),
        formatSeconds(Math.round(secondsTaken(outcome))),
        shorten(result, RESULT_WIDTH),
      ];
    }
    case "dead letter":
      return ["", "", shorten(state.reason, RESULT_WIDTH)];
    default:
      return ["", "", ""];
  }
}
