import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { ReceivedMessage } from "../../../infra/local/queue/message.ts";
import { SqsError } from "../../../infra/local/queue/sqs-error.ts";
import { redriveTo, simulatedQueues } from "./simulated-queues.ts";

const step = fc.oneof(
  fc.record({ do: fc.constant("send"), delaySeconds: fc.nat(5) }),
  fc.record({
    do: fc.constant("receive"),
    maxMessages: fc.integer({ min: 1, max: 10 }),
    visibilityTimeoutSeconds: fc.nat(5),
  }),
  fc.record({ do: fc.constant("delete"), which: fc.nat() }),
  fc.record({ do: fc.constant("change"), which: fc.nat(), seconds: fc.nat(5) }),
  fc.record({ do: fc.constant("pass"), seconds: fc.nat(4) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What a consumer knows of a message: when it becomes visible, and how often it was received. */
interface Known {
  visibleAt: number;
  receives: number;
  deleted: boolean;
}

class Observer {
  readonly queues = simulatedQueues();
  readonly known = new Map<string, Known>();
  readonly received: ReceivedMessage[] = [];
  readonly maxReceiveCount: number;

  constructor(maxReceiveCount: number) {
    this.maxReceiveCount = maxReceiveCount;
    this.queues.service.queues.create("dead");
    this.queues.service.queues.create("polls", redriveTo("dead", maxReceiveCount));
  }

  take(one: Step): void {
    const { service, now, passSeconds } = this.queues;
    if ("delaySeconds" in one) {
      const id = service.sendMessage("polls", { body: "x", delaySeconds: one.delaySeconds });
      const visibleAt = now() + one.delaySeconds * 1000;
      this.known.set(id, { visibleAt, receives: 0, deleted: false });
    } else if ("maxMessages" in one) this.receive(one.maxMessages, one.visibilityTimeoutSeconds);
    else if (one.do === "pass" && "seconds" in one) passSeconds(one.seconds);
    else if ("which" in one) this.handle(one.which, "seconds" in one ? one.seconds : undefined);
  }

  receive(maxMessages: number, visibilityTimeoutSeconds: number): void {
    const { service, now } = this.queues;
    const eligible = this.#receivable().length;
    const messages = service.receiveMessage("polls", { maxMessages, visibilityTimeoutSeconds });
    expect(messages).toHaveLength(Math.min(maxMessages, eligible));
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(messages.length);
    for (const message of messages) {
      const known = this.#of(message);
      expect(known.deleted).toBe(false);
      expect(known.visibleAt).toBeLessThanOrEqual(now());
      known.receives += 1;
      known.visibleAt = now() + visibilityTimeoutSeconds * 1000;
      expect(message.receiveCount).toBe(known.receives);
      expect(known.receives).toBeLessThanOrEqual(this.maxReceiveCount);
      this.received.push(message);
    }
  }

  handle(which: number, seconds: number | undefined): void {
    const { service, now } = this.queues;
    const message = this.received[which % this.received.length];
    if (message === undefined) return;
    const known = this.#of(message);
    if (seconds === undefined) {
      const alive = !known.deleted && !this.#deadLetters().has(message.messageId);
      service.deleteMessage("polls", message.receiptHandle);
      known.deleted ||= alive;
      return;
    }
    const inFlight = !known.deleted && known.visibleAt > now();
    try {
      service.changeMessageVisibility("polls", message.receiptHandle, seconds);
      expect(inFlight).toBe(true);
      known.visibleAt = now() + seconds * 1000;
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      expect(inFlight).toBe(false);
    }
  }

  /** Every message that was not deleted is in exactly one of the two queues. */
  checkNothingLost(): void {
    const { service } = this.queues;
    const polls = new Set(
      [...service.queues.byName("polls").store.messages()].map((m) => m.messageId),
    );
    const dead = this.#deadLetters();
    for (const [id, { deleted, receives }] of this.known) {
      expect(Number(polls.has(id)) + Number(dead.has(id))).toBe(deleted ? 0 : 1);
      if (dead.has(id)) expect(receives).toBe(this.maxReceiveCount);
    }
    const { visibleCount, delayedCount, inFlightCount } = service.queues.byName("polls").store;
    expect(visibleCount + delayedCount + inFlightCount).toBe(polls.size);
  }

  #receivable(): Known[] {
    const now = this.queues.now();
    return [...this.known.values()].filter(
      ({ visibleAt, deleted, receives }) =>
        !deleted && visibleAt <= now && receives < this.maxReceiveCount,
    );
  }

  #deadLetters(): ReadonlySet<string> {
    const { store } = this.queues.service.queues.byName("dead");
    return new Set([...store.messages()].map(({ messageId }) => messageId));
  }

  #of({ messageId }: ReceivedMessage): Known {
    const known = this.known.get(messageId);
    if (known === undefined) throw new Error(`${messageId} was never sent.`);
    return known;
  }
}

it("loses no message, delivers none while it is invisible, and moves it after maxReceiveCount receives", () => {
  const run = fc.array(step, { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(run, fc.integer({ min: 1, max: 3 }), (steps, maxReceiveCount) => {
      const observer = new Observer(maxReceiveCount);
      for (const one of steps) {
        observer.take(one);
        observer.checkNothingLost();
      }
    }),
    { numRuns: 200 },
  );
});

it("finally brings every message to a consumer or to the dead-letter queue", () => {
  const run = fc.array(step, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(run, (steps) => {
      const observer = new Observer(2);
      for (const one of steps) observer.take(one);
      for (let round = 0; round <= observer.maxReceiveCount; round += 1) {
        observer.queues.passSeconds(10);
        for (let left = observer.known.size; left >= 0; left -= 10) observer.receive(10, 5);
      }
      expect(observer.queues.service.queues.byName("polls").store.visibleCount).toBe(0);
      observer.checkNothingLost();
    }),
    { numRuns: 50 },
  );
});
