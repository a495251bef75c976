import { setTimeout as sleep } from "node:timers/promises";
import type { WriteStream } from "node:tty";
import type { Depths, PollClient, PollStatus } from "../../../lib/client/index.ts";
import { isKnownPaused } from "../../../lib/client/known-pause.ts";
import { pausedText, resumedText } from "../polls/paused-text.ts";
import { pollLine } from "../polls/poll-table.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";
import { columnsOf } from "../terminal/width.ts";
import { changedSince, liveTable } from "./live-table.ts";

const LOCAL_EVERY_MS = 1000;
const DEPLOYED_EVERY_MS = 15_000;

/** The stack to watch. */
export interface WatchedPolls {
  readonly name: string;
  readonly isLocal: boolean;
  readonly client: Pick<PollClient, "list" | "depths" | "isPaused">;
}

/**
 * Shows the polls of a stack in a live table, until the signal aborts.
 *
 * @param output the terminal; another output gets a line per change
 */
export async function watchPolls(
  { client, name, isLocal }: WatchedPolls,
  output: WriteStream,
  signal: AbortSignal,
): Promise<void> {
  let polls = new Map<string, PollStatus>();
  let depths: Depths | undefined;
  let isPaused = false;
  const display = createProgressDisplay(output, () =>
    liveTable(
      [...polls.values()],
      depths,
      { name, isPaused },
      {
        now: Date.now(),
        columns: columnsOf(output),
        rows: output.rows,
      },
    ),
  );
  try {
    while (!signal.aborted) {
      const read = new Map<string, PollStatus>();
      for await (const poll of client.list({ signal })) read.set(poll.pollId, poll);
      const wasPaused: boolean = isPaused;
      [depths, isPaused] = await Promise.all([client.depths(), isKnownPaused(client)]);
      const before = polls;
      polls = read;
      for (const poll of changedSince(before, read)) display.happened(pollLine(poll, Date.now()));
      if (isPaused !== wasPaused) {
        display.happened(isPaused ? pausedText(name) : resumedText(name));
      }
      await sleep(isLocal ? LOCAL_EVERY_MS : DEPLOYED_EVERY_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    display.end();
  }
}
