import { describe, expect, it } from "vitest";
import { only, simulatedQueues } from "./simulated-queues.ts";

function queueWith(bodies: readonly string[]) {
  const queues = simulatedQueues();
  queues.service.queues.create("polls");
  for (const body of bodies) queues.service.sendMessage("polls", { body });
  return queues;
}

describe("a call that fails", () => {
  it("has no effect", () => {
    const { service } = queueWith([]);
    service.faults = {
      call: (action) => (action === "SendMessage" ? { code: "ServiceUnavailable" } : undefined),
    };
    expect(() => service.sendMessage("polls", { body: "x" })).toThrow(
      expect.objectContaining({ code: "ServiceUnavailable" }),
    );
    expect(service.receiveMessage("polls")).toEqual([]);
  });

  it("has its effect when only the answer is lost", () => {
    const { service } = queueWith([]);
    service.faults = { call: () => ({ code: "InternalError", applied: true }) };
    expect(() => service.sendMessage("polls", { body: "x" })).toThrow("InternalError");
    service.faults = {};
    expect(only(service.receiveMessage("polls")).body).toBe("x");
  });

  it("leaves no receive waiting when its answer is lost", () => {
    const { service } = queueWith([]);
    service.faults = { call: () => ({ code: "InternalError", applied: true }) };
    expect(() => service.pollMessages("polls", { waitTimeSeconds: 20 }, () => {})).toThrow(
      "InternalError",
    );
    expect(service.nextDueAt()).toBeUndefined();
  });
});

it("refuses some entries of a batch and accepts the others", () => {
  const { service } = queueWith([]);
  service.faults = { entry: (_action, _queue, id) => (id === "b" ? "InternalError" : undefined) };
  const entries = ["a", "b", "c"].map((id) => ({ id, body: id }));
  const { successful, failed } = service.sendMessageBatch("polls", entries);
  expect(successful.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(failed).toMatchObject([{ id: "b", code: "InternalError", senderFault: false }]);
  expect(service.receiveMessage("polls", { maxMessages: 10 }).map(({ body }) => body)).toEqual([
    "a",
    "c",
  ]);
});

describe("a duplicate", () => {
  const twice = () => {
    const queues = queueWith(["x"]);
    let left = 1;
    queues.service.faults = { duplicate: () => left-- > 0 };
    return queues;
  };

  it("arrives twice in one batch", () => {
    const messages = twice().service.receiveMessage("polls", { maxMessages: 10 });
    expect(messages.map(({ messageId }) => messageId)).toEqual(["message-1", "message-1"]);
    expect(new Set(messages.map(({ receiptHandle }) => receiptHandle)).size).toBe(2);
  });

  it("arrives at two consumers", () => {
    const { service } = twice();
    const [first, second] = [service.receiveMessage("polls"), service.receiveMessage("polls")];
    expect(only(first).messageId).toBe(only(second).messageId);
    expect(service.receiveMessage("polls")).toEqual([]);
  });
});

it("arrives again when SQS loses a delete", () => {
  const { service, passSeconds } = queueWith(["x"]);
  service.faults = { forgetDelete: () => true };
  const { receiptHandle } = only(service.receiveMessage("polls"));
  const { successful } = service.deleteMessageBatch("polls", [{ id: "a", receiptHandle }]);
  expect(successful).toEqual([{ id: "a" }]);
  passSeconds(30);
  expect(only(service.receiveMessage("polls")).receiveCount).toBe(2);
});
