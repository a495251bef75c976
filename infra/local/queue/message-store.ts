import type { MessageChanges } from "./change-log.ts";
import { IndexedHeap } from "./indexed-heap.ts";
import type { StoredMessage } from "./message.ts";

const becomesVisibleBefore = (a: StoredMessage, b: StoredMessage): boolean =>
  a.visibleAt === b.visibleAt ? a.arrival < b.arrival : a.visibleAt < b.visibleAt;
const sentBefore = (a: StoredMessage, b: StoredMessage): boolean =>
  a.sentAt === b.sentAt ? a.arrival < b.arrival : a.sentAt < b.sentAt;

/** Receives the messages that a queue adds and removes. */
export interface StoreObserver {
  readonly added?: (message: Readonly<StoredMessage>) => void;
  readonly removed?: (message: Readonly<StoredMessage>) => void;
}

/**
 * The messages of one queue by state: visible, delayed or in flight. The store has no clock: call `advanceTo` before
 * other methods. No method iterates over messages that it does not change.
 */
export class MessageStore {
  observer: StoreObserver = {};
  readonly #changes: MessageChanges | undefined;
  readonly #messages = new Map<string, StoredMessage>();
  readonly #visible = new IndexedHeap<StoredMessage>(becomesVisibleBefore);
  readonly #delayed = new IndexedHeap<StoredMessage>(becomesVisibleBefore);
  readonly #inFlight = new IndexedHeap<StoredMessage>(becomesVisibleBefore);
  readonly #bySendTime = new IndexedHeap<StoredMessage>(sentBefore);

  /** @param changes receives every change that has to be written */
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

  /** Makes messages visible that are due by `now`, and drops those that are older than the retention period. */
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

  /** Adds a message. It stays hidden until its `visibleAt`, if that is after `now`. */
  add(message: StoredMessage, now: number): void {
    this.#messages.set(message.messageId, message);
    this.#bySendTime.add(message);
    this.observer.added?.(message);
    this.#changes?.stored(message);
    const received = message.receivesHere > 0;
    this.#hideOrShow(message, now, received ? this.#inFlight : this.#delayed);
  }

  /** Puts a message of the queue in flight until `visibleAt`, or makes it visible if that time has passed. */
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
