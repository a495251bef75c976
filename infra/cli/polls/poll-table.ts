import type { PollStatus } from "../../../lib/client/index.ts";
import { styled } from "../terminal/output.ts";
import { colouredState } from "../terminal/state-colour.ts";
import { alignColumns } from "../terminal/table.ts";
import { fromNow } from "./time-text.ts";
import { waitsFor } from "./waits-for.ts";

const HEAD = ["POLL", "STATE", "RETRY", "CHANGED", "WAITS FOR, OR WHY IT ENDED"];

/**
 * A table of polls, one line each.
 *
 * @param now in epoch ms
 * @param width of a line, in terminal columns
 * @param hasHead whether it begins with the names of the columns
 */
export function pollTable(
  polls: readonly PollStatus[],
  now: number,
  width: number,
  hasHead = true,
): string[] {
  const rows = polls.map((poll) => [
    poll.pollId,
    colouredState(poll.state),
    String(poll.retryCount),
    fromNow(poll.changedAt, now),
    waitsFor(poll, now),
  ]);
  const [head = "", ...lines] = alignColumns([HEAD, ...rows], width);
  return hasHead ? [styled("bold", head), ...lines] : lines;
}

/** One poll in one line, for an output that is not a terminal. */
export function pollLine(poll: PollStatus, now: number): string {
  const cells = [poll.pollId, poll.state, `retry ${poll.retryCount}`, waitsFor(poll, now)];
  return cells.filter((cell) => cell !== "").join("  ");
}
