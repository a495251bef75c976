import { setTimeout as sleep } from "node:timers/promises";
import { statusOf } from "../polls/poll-status.ts";
import { WaitTimeoutError } from "./client-errors.ts";
import type { PollRows } from "./poll-rows.ts";
import { endIn } from "./stored-outcome.ts";

/** Options of `waitFor`. */
export interface WaitOptions {
  /** In milliseconds. `@default` no limit */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting; the poll goes on. */
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
const PAUSE_FACTOR = 1.5;

/** As {@link untilEnd}, but an abort throws the signal's reason, wherever it finds the call. */
export async function waitForEnd(...call: Parameters<typeof untilEnd>): Promise<string> {
  const signal = call[3]?.signal;
  try {
    return await untilEnd(...call);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Reads a poll's row until it has an outcome, at first five times per second, then every five seconds.
 *
 * @param now in epoch ms
 * @returns the outcome's JSON, as the row has it
 * @throws {WaitTimeoutError} after `timeoutMs`; the signal's reason when it aborts; an Error when the poll has ended
 *   without an outcome
 */
async function untilEnd(
  rows: Pick<PollRows, "read">,
  pollId: string,
  now: () => number,
  { timeoutMs = Number.POSITIVE_INFINITY, signal }: WaitOptions = {},
): Promise<string> {
  const until = now() + timeoutMs;
  for (
    let pauseMs = FIRST_PAUSE_MS;
    ;
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_FACTOR)
  ) {
    signal?.throwIfAborted();
    const row = await rows.read(pollId, { signal });
    const end = endIn(row);
    if (end.kind === "ended") return end.json;
    if (end.kind === "withoutOutcome")
      throw new Error(`poll ${pollId}: has ended without an outcome`);
    const leftMs = until - now();
    if (leftMs <= 0) throw new WaitTimeoutError(pollId, timeoutMs, saidOf(row, now()));
    await sleep(Math.min(pauseMs, leftMs), undefined, { ...(signal && { signal }) });
  }
}

function saidOf(row: Parameters<typeof statusOf>[0] | undefined, now: number): string {
  if (row === undefined) {
    return "it is not known: its first message was not received yet, or its id is another one";
  }
  const { state, waitsFor } = statusOf(row, now);
  return waitsFor === undefined ? state : `${state}, ${waitsFor}`;
}
