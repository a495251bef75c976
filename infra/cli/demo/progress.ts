import { colouredState } from "../terminal/state-colour.ts";
import { alignColumns } from "../terminal/table.ts";
import { TERMINAL_WIDTH } from "../terminal/width.ts";
import { describeState, type SeenState } from "../watch/seen-state.ts";
import type { DemoAnswer } from "./jobs.ts";
import type { DemoPoll } from "./polls.ts";

/** The current state of a poll of the demonstration. */
export interface DemoProgress {
  readonly poll: Pick<DemoPoll, "pollId">;
  readonly state: SeenState;
  /** The last answer of its job. */
  readonly answer: DemoAnswer | undefined;
}

/** All polls, one line each: the state, the next step, and why it waits. */
export function progressTable(polls: readonly DemoProgress[], now: number): string[] {
  return alignColumns(
    polls.map((each) => cellsOf(each, now)),
    TERMINAL_WIDTH,
  );
}

/** The line of one poll after an event. Used when the output is no terminal, so that no table can be redrawn. */
export function progressLine(poll: DemoProgress, elapsedMs: number, now: number): string {
  const seconds = `${(elapsedMs / 1000).toFixed(1).padStart(5)} s`;
  const [line = ""] = alignColumns(
    [[seconds, ...cellsOf(poll, now).filter((cell) => cell !== "")]],
    TERMINAL_WIDTH,
  );
  return line;
}

function cellsOf({ poll, state, answer }: DemoProgress, now: number): string[] {
  const [word, ...rest] = describeState(state, now);
  return [poll.pollId, colouredState(word), ...rest, whyItWaits(state, answer)];
}

function whyItWaits(state: SeenState, answer: DemoAnswer | undefined): string {
  if (state.kind !== "waiting") return "";
  if (answer === undefined) return "no answer from host";
  const { status, retryAfterSeconds, note } = answer;
  if (note !== undefined) return note;
  if (retryAfterSeconds !== undefined) return `${status}, Retry-After ${retryAfterSeconds} s`;
  return status >= 500 ? `${status}, a transient error` : `${status}, not done yet`;
}
