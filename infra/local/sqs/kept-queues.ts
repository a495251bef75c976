import { join } from "node:path";
import { openJournal } from "../journal/journal.ts";
import { queueChange, replayed } from "../queue/change.ts";
import { ChangeLog } from "../queue/change-log.ts";
import { QueueService } from "../queue/queue-service.ts";
import { queuesSnapshot } from "../queue/snapshot.ts";

const FORMAT = { snapshot: queuesSnapshot, change: queueChange, what: "local queues" };

/** Queues that are kept in a folder. Changes are written before the call that made them is answered. */
export interface KeptQueues {
  readonly service: QueueService;
  /**
   * Writes the changes that could not be written before.
   *
   * @throws {Error} when they still cannot: what the next call would change could not be written either
   */
  writeLeft(): void;
  close(): void;
}

/**
 * Opens the queues that are kept in a folder. Only this process can use the folder then.
 *
 * @param now the clock, epoch ms
 * @throws {Error} when the folder cannot be written, is in use, or has a file that is not a snapshot of queues
 */
export async function openQueues(dataDir: string, now: () => number): Promise<KeptQueues> {
  const journal = await openJournal(join(dataDir, "queues.json"), FORMAT);
  const { left } = journal;
  const changes = new ChangeLog();
  const service = new QueueService({
    now,
    changes,
    ...(left && { snapshot: replayed(left.snapshot, left.changes) }),
  });
  changes.drain();
  journal.start(() => service.queues.snapshot());
  const write = () => journal.append(changes.drain());
  const stop = service.onChange(write);
  return {
    service,
    writeLeft: write,
    close() {
      stop();
      journal.close();
    },
  };
}
