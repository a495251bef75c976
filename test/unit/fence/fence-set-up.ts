import type { RecordControl } from "../../../lib/batch/each-record.ts";
import { createFence } from "../../../lib/fence/create-fence.ts";
import type { FenceOptions } from "../../../lib/fence/create-fence-options.ts";
import type { LogEntry } from "../../../lib/log/logger.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { sqsRecord } from "../../kit/records.ts";
import { memoryTable } from "../../support/memory-table.ts";

export const START = 1_700_000_000_000;

/** A fence on a table in memory, with a clock that moves only by `advance`. */
export function setUp(options: Pick<FenceOptions, "checkpointEvery" | "store"> = {}) {
  const table = memoryTable();
  const logged: LogEntry[] = [];
  let clock = START;
  let ids = 0;
  const fence = createFence({
    table,
    now: () => clock,
    newClaimId: () => `claim ${++ids}`,
    newProof: () => "proof",
    logger: (entry) => logged.push(entry),
    random: () => 0,
    ...options,
  });
  const control = (remainingMs = 60_000, abort = new AbortController()): RecordControl => ({
    signal: abort.signal,
    deadline: { budgetMs: remainingMs, remainingMs: () => remainingMs },
    context: lambdaContext(() => remainingMs),
  });
  return { table, logged, fence, control, advance: (ms: number) => (clock += ms) };
}

export const record = (body: object, messageId = "m1") => sqsRecord({ messageId, body });
export const copy = (sequence: number, copyId: string, more: object = {}) =>
  record({ pollId: "p", sequence, copyId, proof: "proof", ...more }, `message of ${copyId}`);
