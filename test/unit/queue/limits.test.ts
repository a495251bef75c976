import { beforeAll, describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../../../infra/local/queue/message.ts";
import type { QueueService } from "../../../infra/local/queue/queue-service.ts";
import { averageCpuMicros } from "../../support/cpu-micros.ts";
import { simulatedQueues } from "./simulated-queues.ts";

const IN_FLIGHT = 120_000;

describe("120,000 messages in flight", () => {
  let service: QueueService;
  let handle = "";

  beforeAll(() => {
    ({ service } = simulatedQueues());
    service.queues.create("polls");
    for (let index = 0; index <= IN_FLIGHT; index += 1) service.sendMessage("polls", { body: "x" });
    for (let index = 0; index < IN_FLIGHT; index += 10) {
      const messages = service.receiveMessage("polls", { maxMessages: 10 });
      handle = messages[0]?.receiptHandle ?? "";
    }
  });

  it("are the limit: a short poll is refused", () => {
    expect(service.queues.byName("polls").store.inFlightCount).toBe(IN_FLIGHT);
    expect(() => service.receiveMessage("polls")).toThrow(
      expect.objectContaining({ code: "OverLimit" }),
    );
  });

  it("make a long poll wait, without an error, until there is room", () => {
    const received: string[] = [];
    service.pollMessages("polls", { waitTimeSeconds: 20 }, (messages) => {
      received.push(...messages.map(({ body }) => body));
    });
    expect(received).toEqual([]);
    service.deleteMessage("polls", handle);
    expect(received).toEqual(["x"]);
  });

  it("do not slow the next receive down", () => {
    const costBeside = (queue: string, hidden: number) => {
      service.queues.create(queue);
      for (let index = 0; index < hidden; index += 1) {
        service.sendMessage(queue, { body: "x", delaySeconds: 900 });
      }
      return averageCpuMicros(() => service.receiveMessage(queue));
    };
    // If each receive looked at every message, this would be about 1000.
    expect(costBeside("many", 100_000) / costBeside("few", 100)).toBeLessThan(50);
  });
});

describe("messages that cannot be sent", () => {
  const refusals: [what: string, message: OutgoingMessage, reason: string][] = [
    [
      "a number made of letters",
      { body: "x", attributes: { n: { dataType: "Number", stringValue: "1e" } } },
      "Could not cast message attribute 'n'",
    ],
    [
      "an empty trace header",
      { body: "x", traceHeader: "" },
      "'AWSTraceHeader' must contain a non-empty value",
    ],
    ["an empty group id", { body: "x", groupId: "" }, "parameter MessageGroupId is invalid"],
    [
      "half a second of delay",
      { body: "x", delaySeconds: 0.5 },
      "Value 0.5 for parameter DelaySeconds",
    ],
    ["U+FFFE after an emoji", { body: "😀\uFFFE" }, "U+FFFE at 2"],
  ];
  it.each(refusals)("refuses %s", (_, message, reason) => {
    const { service } = simulatedQueues();
    service.queues.create("polls");
    expect(() => service.sendMessage("polls", message)).toThrow(reason);
  });

  it.each(["1", "-1.50", "1e10", ".5", "5."])("accepts the number %s as written", (stringValue) => {
    const { service } = simulatedQueues();
    service.queues.create("polls");
    service.sendMessage("polls", {
      body: "x",
      attributes: { n: { dataType: "Number", stringValue } },
    });
    const [message] = service.receiveMessage("polls");
    expect(message?.attributes).toEqual({ n: { dataType: "Number", stringValue } });
  });
});

describe("queues that cannot be created", () => {
  it.each([
    ["polls.fifo", {}],
    ["polls", { FifoQueue: "true" }],
  ])("says that %s would be a FIFO queue", (name, attributes) => {
    const { service } = simulatedQueues();
    expect(() => service.queues.create(name, attributes)).toThrow(
      expect.objectContaining({
        code: "UnsupportedOperation",
        message: expect.stringContaining("FIFO"),
      }),
    );
  });

  it("names the attribute that belongs to FIFO queues", () => {
    const { service } = simulatedQueues();
    expect(() => service.queues.create("polls", { ContentBasedDeduplication: "true" })).toThrow(
      "Unknown Attribute ContentBasedDeduplication. It belongs to FIFO queues.",
    );
  });
});
