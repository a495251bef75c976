import type { Context } from "aws-lambda";
import type { SettledRecord } from "../../lib/batch/record-result.ts";
import { resultsIn } from "../../lib/batch/settled-results.ts";
import { findStackState } from "../../lib/batch/stack-state.ts";

/** What the middlewares of this package know at the end of an invocation. */
export interface StackFacts {
  /** Their names, in the order of their `use`. */
  readonly used: readonly string[];
  /** What they have made of each record's result, by its messageId. */
  readonly settled: ReadonlyMap<string, SettledRecord>;
  /** The messageIds of the records that are requeued, or whose outcome is delivered. */
  readonly stored: ReadonlySet<string>;
  /** Those of them whose outcome goes nowhere. */
  readonly unaddressed: ReadonlySet<string>;
}

/** Copies what the middlewares of an invocation know: its handler may go on after it has died. */
export function stackFacts(context: Context): StackFacts {
  const state = findStackState(context);
  const { used = [], settled = [], records = [], stored = [], unaddressed } = state ?? {};
  const results = resultsIn([...settled], records);
  return {
    used: used.map(({ name }) => name),
    settled: new Map<string, SettledRecord>([
      ...results
        .fulfilled("pending", "held", "completed")
        .map(({ record, result }) =>
          entry(record.messageId, { status: "fulfilled", value: result }),
        ),
      ...results
        .rejected()
        .map(({ record, reason }) => entry(record.messageId, { status: "rejected", reason })),
    ]),
    stored: new Set(stored),
    unaddressed: new Set(unaddressed),
  };
}

function entry(messageId: string, settled: SettledRecord): [string, SettledRecord] {
  return [messageId, settled];
}
