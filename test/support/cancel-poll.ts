import { randomUUID } from "node:crypto";
import { cancelWrite } from "../../lib/fence/cancel-write.ts";
import { conditionalWriter } from "../../lib/fence/conditional-writer.ts";
import { outcomeOf } from "../../lib/outcome/outcome.ts";
import type { LocalTable } from "./local-table.ts";

/** Cancels polls in a table, as a client does. */
export function pollCanceller({ tableName, documents }: LocalTable, now: () => number) {
  const writeIf = conditionalWriter(tableName, documents);
  /** @returns whether it was cancelled: a poll that has ended is not */
  return async (pollId: string): Promise<boolean> => {
    const identity = { pollId, retryCount: 0, startedAt: now() };
    const outcome = outcomeOf(identity, { status: "cancelled" }, now());
    return (await writeIf(pollId, cancelWrite(outcome, randomUUID(), now()))).kind === "written";
  };
}
