import type { JsonObject } from "../../../lib/json/json.ts";

export interface Message {
  readonly messageId: string;
  readonly body: JsonObject;
  visibleAt: number;
  receives: number;
}

/** A queue and its dead-letter queue, on a clock that moves only when it is set. */
export class MessageQueues {
  now = 1_700_000_000_000;
  faults = 0;
  readonly queue: Message[] = [];
  readonly deadLetters: Message[] = [];
  #ids = 0;

  /** How many messages are not deleted, including dead letters. Forged messages do not count. */
  get alive(): number {
    return [...this.queue, ...this.deadLetters].filter(({ body }) => !body.isForged).length;
  }

  newId = (): string => `id-${++this.#ids}`;

  submit(body: JsonObject): void {
    this.send(this.queue, body, 0);
  }

  send(queue: Message[], body: JsonObject, delaySeconds: number): void {
    const messageId = this.newId();
    queue.push({ messageId, body, visibleAt: this.now + delaySeconds * 1000, receives: 0 });
  }

  delete(message: Message): void {
    const place = this.queue.indexOf(message);
    if (place >= 0) this.queue.splice(place, 1);
  }

  /** Makes the messages visible now that wait for the end of their delay. */
  wake(): void {
    for (const message of this.queue) {
      if (message.receives === 0) message.visibleAt = Math.min(message.visibleAt, this.now);
    }
  }

  /** Moves a dead letter back to the queue as a new message. */
  redrive(pick: number): void {
    const letter = this.deadLetters[pick % this.deadLetters.length];
    if (letter === undefined) return;
    this.deadLetters.splice(this.deadLetters.indexOf(letter), 1);
    this.faults++;
    this.send(this.queue, letter.body, 0);
  }
}
