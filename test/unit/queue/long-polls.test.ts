import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReceivedMessage } from "../../../infra/local/queue/message.ts";
import { redriveTo, simulatedQueues } from "./simulated-queues.ts";

type Answers = (readonly ReceivedMessage[])[];

/** A queue with waiting receives, and the answers to each of them. */
function waitingAt(count: number, waitTimeSeconds = 20, maxMessages = 1) {
  const queues = simulatedQueues();
  const { service } = queues;
  service.queues.create("dead");
  service.queues.create("polls", redriveTo("dead", 1));
  const waiters = Array.from({ length: count }, () => {
    const answers: Answers = [];
    const cancel = service.pollMessages("polls", { waitTimeSeconds, maxMessages }, (messages) =>
      answers.push(messages),
    );
    return { answers, cancel };
  });
  const bodies = () =>
    waiters.map(({ answers }) => answers.map((some) => some.map(({ body }) => body)));
  return { ...queues, waiters, bodies };
}

describe("waking", () => {
  it("wakes one waiter per message, in the order in which they came", () => {
    fc.assert(
      fc.property(fc.nat(8), fc.nat(8), (waiterCount, messageCount) => {
        const { service, bodies } = waitingAt(waiterCount);
        for (let index = 0; index < messageCount; index += 1) {
          service.sendMessage("polls", { body: `${index}` });
        }
        expect(bodies()).toEqual(
          Array.from({ length: waiterCount }, (_, index) =>
            index < messageCount ? [[`${index}`]] : [],
          ),
        );
      }),
    );
  });

  it("gives a batch to the first waiter, up to what it asked for", () => {
    const { service, bodies } = waitingAt(3, 20, 2);
    const entries = ["a", "b", "c"].map((id) => ({ id, body: id }));
    service.sendMessageBatch("polls", entries);
    expect(bodies()).toEqual([[["a", "b"]], [["c"]], []]);
  });

  it("wakes a waiter when a delay is over", () => {
    const { service, passSeconds, bodies } = waitingAt(1);
    service.sendMessage("polls", { body: "late", delaySeconds: 5 });
    passSeconds(4.999);
    expect(bodies()).toEqual([[]]);
    passSeconds(0.001);
    expect(bodies()).toEqual([[["late"]]]);
  });

  it("wakes a waiter when a visibility timeout is shortened", () => {
    const { service, waiters, bodies } = waitingAt(2);
    service.queues.setAttributes("polls", { RedrivePolicy: "" });
    service.sendMessage("polls", { body: "x" });
    service.changeMessageVisibility("polls", firstHandle(waiters[0]), 0);
    expect(bodies()).toEqual([[["x"]], [["x"]]]);
  });

  it("gives a message past its maxReceiveCount to a waiter of the dead-letter queue, and wakes no other", () => {
    const { service, waiters, bodies } = waitingAt(2);
    const dead: Answers = [];
    service.pollMessages("dead", { waitTimeSeconds: 20 }, (messages) => dead.push(messages));
    service.sendMessage("polls", { body: "x" });
    service.changeMessageVisibility("polls", firstHandle(waiters[0]), 0);
    expect(dead.flat().map(({ body }) => body)).toEqual(["x"]);
    expect(bodies()).toEqual([[["x"]], []]);
  });

  const firstHandle = (waiter: { answers: Answers } | undefined): string =>
    waiter?.answers.flat()[0]?.receiptHandle ?? "none";
});

describe("ending", () => {
  it("ends a wait without messages when its time is over, not before", () => {
    const { passSeconds, bodies } = waitingAt(1, 3);
    passSeconds(2.999);
    expect(bodies()).toEqual([[]]);
    passSeconds(0.001);
    expect(bodies()).toEqual([[[]]]);
  });

  it("gives nothing to a waiter that has left", () => {
    const { service, waiters, bodies } = waitingAt(2);
    waiters[0]?.cancel();
    service.sendMessage("polls", { body: "x" });
    expect(bodies()).toEqual([[], [["x"]]]);
  });

  it("ends the waits at a queue that is deleted", () => {
    const { service, bodies } = waitingAt(2);
    service.queues.delete("polls");
    expect(bodies()).toEqual([[[]], [[]]]);
    expect(service.nextDueAt()).toBeUndefined();
  });

  it("sets no timer while nobody waits", () => {
    const { service, waiters, now } = waitingAt(1, 20);
    expect(service.nextDueAt()).toBe(now() + 20_000);
    service.sendMessage("polls", { body: "late", delaySeconds: 5 });
    expect(service.nextDueAt()).toBe(now() + 5000);
    waiters[0]?.cancel();
    expect(service.nextDueAt()).toBeUndefined();
  });
});
