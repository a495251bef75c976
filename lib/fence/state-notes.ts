import type { SQSRecord } from "aws-lambda";
import { countOf } from "../batch/poll-facts.ts";
import { recordFacts } from "../batch/record-facts.ts";
import type { RowState } from "../history/progress.ts";
import { waiting } from "../history/record-progress.ts";
import { isJsonObject, numberOf } from "../json/json.ts";
import type { RunCall } from "./call-limits.ts";
import type { Claim } from "./claim-decision.ts";
import { claimantOf } from "./claimant.ts";
import type { Fence } from "./fence.ts";
import type { DeliveryNote, PollTable, StateNote, TableCallOptions } from "./poll-table.ts";

/** What state notes need of the fence. */
export interface StateNotePorts {
  readonly table: PollTable | undefined;
  readonly runCall: RunCall;
  /** The claim of a record that has claimed, or may have. */
  readonly claimOf: (record: SQSRecord) => Claim | undefined;
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/** Writes between claims where polls are. Nothing depends on these writes: none ever rejects. */
export interface StateNotes extends Pick<Fence, "noteWait" | "noteDelivered"> {}

const NO_NOTES: StateNotes = { noteWait: async () => {}, noteDelivered: async () => {} };

/** Makes the notes of a table; `table: undefined` writes none. */
export function createStateNotes({ table, runCall, claimOf, now }: StateNotePorts): StateNotes {
  const { writeState, writeDelivery } = table ?? {};
  if (writeState === undefined || writeDelivery === undefined) return NO_NOTES;
  const write = (options: TableCallOptions | undefined, call: () => Promise<void>) =>
    runCall(options?.signal, call).catch(() => undefined);

  const noteState = (
    record: SQSRecord,
    rowState: RowState,
    options: TableCallOptions | undefined,
  ): Promise<void> | undefined => {
    const { pollId, sequence, proof } = claimantOf(record);
    const by: StateNote | undefined =
      claimOf(record) ?? (proof === undefined ? undefined : { proof, sequence });
    return by && write(options, () => writeState(pollId, by, rowState, options));
  };

  return {
    async noteWait(record, result, settledAt = now(), options) {
      if (result.kind === "held" && result.deliveryRefused) {
        const { pollId } = claimantOf(record);
        const { since = settledAt, attempts = 0 } = refusalsIn(record) ?? {};
        const note = { since, attempts: attempts + 1 };
        await write(options, () => writeDelivery(pollId, note, options));
        return;
      }
      await noteState(record, waiting(record, result, settledAt), options);
    },

    async noteDelivered(record, options) {
      const { pollId } = claimantOf(record);
      const { attempts = 0 } = refusalsIn(record) ?? {};
      if (attempts > 0) await write(options, () => writeDelivery(pollId, { attempts }, options));
    },
  };
}

/** What a record's message says of the refusals of its outcome. */
function refusalsIn(record: SQSRecord): DeliveryNote | undefined {
  const said = recordFacts(record).body?.undelivered;
  if (!isJsonObject(said)) return undefined;
  const since = numberOf(said.since);
  return since === undefined ? undefined : { since, attempts: countOf(said.attempts) };
}
