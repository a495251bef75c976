import { formatSeconds } from "../duration.ts";
import { styled } from "../terminal/output.ts";
import { colouredState } from "../terminal/state-colour.ts";
import { alignColumns, shorten } from "../terminal/table.ts";
import { TERMINAL_WIDTH } from "../terminal/width.ts";
import { resultOf, secondsTaken } from "../watch/received-outcome.ts";
import type { SeenState } from "../watch/seen-state.ts";
import { type DemoPoll, endOf } from "./polls.ts";

const INDENT = "    ";

/** The table at the end of the demonstration: how each poll ended and, on the next line, its result or error. */
export function reportTable(
  polls: readonly DemoPoll[],
  stateOf: (poll: DemoPoll) => SeenState,
): string[] {
  const rows = polls.map((poll) => {
    const state = stateOf(poll);
    const end = colouredState(endOf(state) ?? "not ended");
    return [poll.pollId, poll.shows, end, ...effortOf(state)];
  });
  const [head = "", ...lines] = alignColumns(
    [["POLL", "WHAT IT SHOWS", "ENDED AS", "RETRIES", "TOOK"], ...rows],
    TERMINAL_WIDTH,
  );
  const results = polls.map((poll) => resultLine(stateOf(poll)));
  return [
    styled("bold", head),
    ...lines.flatMap((line, index) => [line, ...(results[index] ?? [])]),
  ];
}

/** The polls that did not end as expected, one line each; empty when all did. */
export function surprises(
  polls: readonly DemoPoll[],
  stateOf: (poll: DemoPoll) => SeenState,
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

function effortOf(state: SeenState): string[] {
  if (state.kind !== "ended") return [];
  const { outcome } = state;
  return [String(outcome.retryCount), formatSeconds(Math.round(secondsTaken(outcome)))];
}

function resultLine(state: SeenState): string[] {
  const result = resultText(state);
  return result === undefined ? [] : [INDENT + shorten(result, TERMINAL_WIDTH - INDENT.length)];
}

function resultText(state: SeenState): string | undefined {
  if (state.kind === "dead letter") return state.reason;
  if (state.kind !== "ended") return undefined;
  return state.outcome.error?.message ?? JSON.stringify(resultOf(state.outcome));
}
