import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod/mini";
import { statusOf } from "../polls/poll-status.ts";
import { WaitTimeoutError } from "./client-errors.ts";
import type { PollRows, Row } from "./poll-rows.ts";
import { endIn, type RowEnd } from "./stored-outcome.ts";

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
 * Reads a poll's row until it has an outcome, at first five times per second, then every five seconds. A table that is
 * busy is asked again.
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
    const looked = await rows.read(pollId, { signal }).then((row) => ({ row }), ifBusy);
    const end = "row" in looked ? endIn(looked.row) : NOT_KNOWN;
    if (end.kind === "ended") return end.json;
    if (end.kind === "withoutOutcome")
      throw new Error(`poll ${pollId}: has ended without an outcome`);
    const leftMs = until - now();
    if (leftMs <= 0) throw new WaitTimeoutError(pollId, timeoutMs, saidOf(looked, now()));
    await sleep(Math.min(pauseMs, leftMs), undefined, { ...(signal && { signal }) });
  }
}

/** A look at a row. */
type Look = { readonly row: Row | undefined } | { readonly busy: string };

const NOT_KNOWN: RowEnd = { kind: "none" };

/**
 * DynamoDB had no capacity for the look, or a fault, in all tries of the client: the next look is later. Many waits
 * together, which begin with five looks per second each, must not end each other.
 */
const busySchema = z.union([
  z.object({
    name: z.enum([
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "ThrottlingException",
    ]),
  }),
  z.object({ name: z.string(), $fault: z.literal("server") }),
]);

/** @throws the error, if the next look would fail as well */
function ifBusy(error: unknown): Look {
  const busy = busySchema.safeParse(error).data?.name;
  if (busy === undefined) throw error;
  return { busy };
}

function saidOf(looked: Look, now: number): string {
  if ("busy" in looked) return `the table has not said what it does: ${looked.busy}`;
  const { row } = looked;
  if (row === undefined) {
    return "it is not known: its first message was not received yet, or its id is another one";
  }
  const { state, waitsFor } = statusOf(row, now);
  return waitsFor === undefined ? state : `${state}, ${waitsFor}`;
}
