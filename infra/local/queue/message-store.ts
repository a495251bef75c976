import type { MessageChanges } from "./change-log.ts";
import { IndexedHeap } from "./indexed-heap.ts";
import type { StoredMessage } from "./message.ts";

const becomesVisibleBefore = (a: StoredMessage, b: StoredMessage): boolean =>
  a.visibleAt === b.visibleAt ? a.arrival < b.arrival : a.visibleAt < b.visibleAt;
const sentBefore = (a: StoredMessage, b: StoredMessage): boolean =>
  a.sentAt === b.sentAt ? a.arrival < b.arrival : a.sentAt < b.sentAt;

/** Is told of the messages that come to a queue and go from it. */
export interface StoreObserver {
  readonly added?: (message: Readonly<StoredMessage>) => void;
  readonly removed?: (message: Readonly<StoredMessage>) => void;
}

/**
 * Where the messages of one queue are: visible, delayed or in flight. Time is what it is told:
 * call `advanceTo` first. No method looks at messages that it does not touch.
 */
export class MessageStore {
  observer: StoreObserver = {};
  readonly #changes: MessageChanges | undefined;
  readonly #messages = new Map<string, StoredMessage>();
  readonly #visible = new IndexedHeap<StoredMessage>(becomesVisibleBefore);
  readonly #delayed = new IndexedHeap<StoredMessage>(becomesVisibleBefore);
  readonly #inFlight = new IndexedHeap<StoredMessage>(becomesVisibleBefore);
  readonly #bySendTime = new IndexedHeap<StoredMessage>(sentBefore);

  /** @param changes is told of everything that has to be written down */
  constructor(changes?: MessageChanges) {
    this.#changes = changes;
  }

  get visibleCount(): number {
    return this.#visible.size;
  }

  get delayedCount(): number {
    return this.#delayed.size;
  }

  get inFlightCount(): number {
    return this.#inFlight.size;
  }

  messages(): Iterable<StoredMessage> {
    return this.#messages.values();
  }

  get(messageId: string): StoredMessage | undefined {
    return this.#messages.get(messageId);
  }

  firstVisible(): StoredMessage | undefined {
    return this.#visible.first();
  }

  isInFlight(message: StoredMessage): boolean {
    return this.#inFlight.has(message);
  }

  /** When the next hidden message becomes visible, epoch ms. */
  nextVisibleAt(): number | undefined {
    const times = [this.#delayed.first()?.visibleAt, this.#inFlight.first()?.visibleAt];
    return times.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a));
  }

  /** Makes visible what is due by `now` and drops what is older than the retention period. */
  advanceTo(now: number, retentionMs: number): void {
    for (const hidden of [this.#delayed, this.#inFlight]) {
      for (
        let due = hidden.first();
        due !== undefined && due.visibleAt <= now;
        due = hidden.first()
      ) {
        hidden.remove(due);
        this.#visible.add(due);
      }
    }
    for (
      let oldest = this.#bySendTime.first();
      oldest !== undefined && oldest.sentAt + retentionMs <= now;
      oldest = this.#bySendTime.first()
    ) {
      this.remove(oldest);
    }
  }

  /** Takes in a message; hidden until its `visibleAt`, where that is after `now`. */
  add(message: StoredMessage, now: number): void {
    this.#messages.set(message.messageId, message);
    this.#bySendTime.add(message);
    this.observer.added?.(message);
    this.#changes?.stored(message);
    const received = message.receivesHere > 0;
    this.#hideOrShow(message, now, received ? this.#inFlight : this.#delayed);
  }

  /** Puts a message that is in the queue in flight until `visibleAt`, or back if that is past. */
  holdUntil(message: StoredMessage, visibleAt: number, now: number): void {
    this.#forgetPlace(message);
    message.visibleAt = visibleAt;
    this.#changes?.moved(message);
    this.#hideOrShow(message, now, this.#inFlight);
  }

  remove(message: StoredMessage): void {
    this.#messages.delete(message.messageId);
    this.#bySendTime.remove(message);
    this.#forgetPlace(message);
    this.observer.removed?.(message);
    this.#changes?.removed(message);
  }

  clear(): void {
    this.#messages.clear();
    this.#changes?.purged();
    for (const heap of [this.#visible, this.#delayed, this.#inFlight, this.#bySendTime]) {
      heap.clear();
    }
  }

  #forgetPlace(message: StoredMessage): void {
    for (const heap of [this.#visible, this.#delayed, this.#inFlight]) heap.remove(message);
  }

  #hideOrShow(message: StoredMessage, now: number, hidden: IndexedHeap<StoredMessage>): void {
    (message.visibleAt > now ? hidden : this.#visible).add(message);
  }
}
