import { join } from "node:path";
import * as z from "zod/mini";
import { openJournal } from "../journal/journal.ts";

const pausesSnapshot = z.object({
  format: z.literal("request-poller pauses"),
  version: z.literal(1),
  queueArns: z.array(z.string()),
});
const pauseChange = z.object({ queueArn: z.string(), isPaused: z.boolean() });
const FORMAT = { snapshot: pausesSnapshot, change: pauseChange, what: "local pauses" };

/** Which queues invoke no function for now. */
export interface Pauses {
  has(queueArn: string): boolean;
  set(queueArn: string, isPaused: boolean): void;
  close(): Promise<void>;
}

/**
 * Opens the pauses that are kept in a folder. Each change is written before `set` returns.
 *
 * @param dataDir the folder; without it, pauses end with the process
 * @throws {Error} when the folder cannot be written, is in use, or has a file that is not a list of pauses
 */
export async function openPauses(dataDir: string | undefined): Promise<Pauses> {
  const journal =
    dataDir === undefined ? undefined : await openJournal(join(dataDir, "pauses.json"), FORMAT);
  const paused = new Set(journal?.left?.snapshot.queueArns);
  const apply = ({ queueArn, isPaused }: z.output<typeof pauseChange>): void => {
    if (isPaused) paused.add(queueArn);
    else paused.delete(queueArn);
  };
  for (const change of journal?.left?.changes ?? []) apply(change);
  journal?.start(() => ({
    format: "request-poller pauses",
    version: 1,
    queueArns: [...paused],
  }));
  return {
    has: (queueArn) => paused.has(queueArn),
    set(queueArn, isPaused) {
      apply({ queueArn, isPaused });
      journal?.append([{ queueArn, isPaused }]);
    },
    async close() {
      journal?.close();
    },
  };
}
