import type { QueueChange } from "./change.ts";
import type { StoredMessage } from "./message.ts";
import type { Queue } from "./queue.ts";
import { savedMessageOf, savedQueueOf } from "./snapshot.ts";

/** Receives each change to a queue's messages when it happens. */
export interface MessageChanges {
  stored(message: StoredMessage): void;
  /** Its visibility or its receive counts changed. */
  moved(message: StoredMessage): void;
  removed(message: StoredMessage): void;
  purged(): void;
}

/** Collects the changes of queues and messages until they are written. It keeps only the last state of each message. */
export class ChangeLog {
  readonly #changes = new Map<string, () => QueueChange>();
  readonly #stored = new Set<string>();

  /** A queue was created, or its attributes or tags changed. */
  queueChanged(queue: Queue): void {
    this.#set(`queue ${queue.name}`, () => ({ kind: "queue", queue: savedQueueOf(queue) }));
  }

  queueDeleted({ name }: Queue): void {
    this.#set(`queue ${name}`, () => ({ kind: "queueDeleted", name }));
  }

  messagesOf(name: string): MessageChanges {
    const key = ({ messageId }: StoredMessage) => `message ${name} ${messageId}`;
    return {
      stored: (message) => {
        this.#stored.add(key(message));
        this.#set(key(message), () => ({
          kind: "stored",
          name,
          message: savedMessageOf(message),
        }));
      },
      moved: (message) => {
        // A message that is stored by the same list of changes is written with its latest state anyway.
        if (this.#stored.has(key(message))) return;
        this.#set(key(message), () => {
          const { messageId, visibleAt, receiveCount, receivesHere } = message;
          const { firstReceivedAt, lastReceivedAt } = message;
          const times = { visibleAt, firstReceivedAt, lastReceivedAt };
          return {
            kind: "moved",
            name,
            message: { messageId, receiveCount, receivesHere, ...times },
          };
        });
      },
      removed: (message) => {
        this.#stored.delete(key(message));
        const { messageId } = message;
        this.#set(key(message), () => ({ kind: "removed", name, messageId }));
      },
      purged: () => {
        // Moves the purge to the end: it has to stand between the changes before it and those after it.
        this.#changes.delete(`purge ${name}`);
        this.#set(`purge ${name}`, () => ({ kind: "purged", name }));
      },
    };
  }

  /** @returns the changes since the last call, in order */
  drain(): QueueChange[] {
    const changes = Array.from(this.#changes.values(), (change) => change());
    this.#changes.clear();
    this.#stored.clear();
    return changes;
  }

  #set(key: string, change: () => QueueChange): void {
    this.#changes.set(key, change);
  }
}
