import type { ReceivedMessage } from "./message.ts";
import type { Queue, ReceiveRequest } from "./queue.ts";

interface Waiter {
  readonly request: ReceiveRequest;
  /** Epoch ms. */
  readonly deadline: number;
  readonly end: (messages: readonly ReceivedMessage[]) => void;
}

/**
 * The receives that wait at one queue, served in the order of arrival. Messages that become visible go to the first
 * waiter, up to the number that it requested; the others continue to wait.
 */
export class LongPolls {
  readonly #waiters = new Set<Waiter>();

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Adds a waiter. The returned function removes it without an answer. */
  add(waiter: Waiter): () => void {
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  nextDeadline(): number | undefined {
    let next: number | undefined;
    for (const { deadline } of this.#waiters) {
      if (next === undefined || deadline < next) next = deadline;
    }
    return next;
  }

  /** Gives the queue's visible messages to the waiters, in their order. */
  feedFrom(queue: Queue, now: number): void {
    for (const waiter of this.#waiters) {
      if (queue.store.visibleCount === 0) return;
      const messages = queue.receive(waiter.request, now);
      if (messages.length > 0) this.#end(waiter, messages);
    }
  }

  /** Answers waiters whose deadline has passed with an empty list. */
  endOverdue(now: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.deadline <= now) this.#end(waiter, []);
    }
  }

  endAll(): void {
    for (const waiter of this.#waiters) this.#end(waiter, []);
  }

  #end(waiter: Waiter, messages: readonly ReceivedMessage[]): void {
    this.#waiters.delete(waiter);
    waiter.end(messages);
  }
}
