import { describe, expect, it } from "vitest";
import { only, redriveTo, simulatedQueues } from "./simulated-queues.ts";

const DAY = 86_400;

describe("retention", () => {
  it("keeps a message for the queue's retention period, 4 days by default, and no longer", () => {
    const { service, passSeconds } = simulatedQueues();
    service.queues.create("polls");
    service.sendMessage("polls", { body: "x" });
    passSeconds(4 * DAY - 0.001);
    expect(service.queues.attributesOf("polls").ApproximateNumberOfMessages).toBe("1");
    passSeconds(0.001);
    expect(service.receiveMessage("polls")).toEqual([]);
  });

  it("also drops messages in flight and delayed ones", () => {
    const { service, passSeconds } = simulatedQueues();
    service.queues.create("polls", { MessageRetentionPeriod: "60" });
    service.sendMessage("polls", { body: "in flight" });
    const { receiptHandle } = only(
      service.receiveMessage("polls", { visibilityTimeoutSeconds: 900 }),
    );
    service.sendMessage("polls", { body: "delayed", delaySeconds: 900 });
    passSeconds(60);
    expect(() => service.changeMessageVisibility("polls", receiptHandle, 0)).toThrow(
      "Message does not exist",
    );
    expect(service.queues.attributesOf("polls")).toMatchObject({
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
    });
  });

  it("drops messages that are too old after the period is shortened", () => {
    const { service, passSeconds } = simulatedQueues();
    service.queues.create("polls");
    service.sendMessage("polls", { body: "old" });
    passSeconds(120);
    service.queues.setAttributes("polls", { MessageRetentionPeriod: "60" });
    expect(service.receiveMessage("polls")).toEqual([]);
  });

  it("counts a dead letter's age from its first enqueue", () => {
    const { service, passSeconds } = simulatedQueues();
    service.queues.create("dead");
    service.queues.create("polls", redriveTo("dead", 1));
    service.sendMessage("polls", { body: "x" });
    passSeconds(DAY);
    service.receiveMessage("polls");
    passSeconds(60);
    expect(service.receiveMessage("polls")).toEqual([]);
    passSeconds(3 * DAY - 61);
    expect(service.queues.attributesOf("dead").ApproximateNumberOfMessages).toBe("1");
    passSeconds(1);
    expect(service.queues.attributesOf("dead").ApproximateNumberOfMessages).toBe("0");
  });
});

describe("the limit of twelve hours per receive", () => {
  const inFlight = () => {
    const queues = simulatedQueues();
    queues.service.queues.create("polls");
    queues.service.sendMessage("polls", { body: "x" });
    return { ...queues, message: only(queues.service.receiveMessage("polls")) };
  };

  it("can be used at once", () => {
    const { service, message, passSeconds } = inFlight();
    service.changeMessageVisibility("polls", message.receiptHandle, 43_200);
    passSeconds(43_199);
    expect(service.receiveMessage("polls")).toEqual([]);
    passSeconds(1);
    expect(only(service.receiveMessage("polls")).receiveCount).toBe(2);
  });

  it("cannot be exceeded by changing the timeout again", () => {
    const { service, message, passSeconds } = inFlight();
    passSeconds(10);
    expect(() => service.changeMessageVisibility("polls", message.receiptHandle, 43_191)).toThrow(
      "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    );
    service.changeMessageVisibility("polls", message.receiptHandle, 43_190);
  });

  it("starts again with the next receive", () => {
    const { service, passSeconds } = inFlight();
    passSeconds(50_000);
    const again = only(service.receiveMessage("polls"));
    service.changeMessageVisibility("polls", again.receiptHandle, 43_200);
  });
});

describe("the waiting time of 60 s", () => {
  it("passes before a deleted queue's name can be used again", () => {
    const { service, passSeconds } = simulatedQueues();
    service.queues.create("polls");
    service.queues.delete("polls");
    passSeconds(59.999);
    expect(() => service.queues.create("polls")).toThrow("wait 60 seconds");
    passSeconds(0.001);
    service.queues.create("polls");
  });

  it("passes before a queue can be purged again", () => {
    const { service, passSeconds } = simulatedQueues();
    service.queues.create("polls");
    service.queues.purge("polls");
    passSeconds(59.999);
    expect(() => service.queues.purge("polls")).toThrow("every 60 seconds");
    passSeconds(0.001);
    service.queues.purge("polls");
  });
});

describe("skipping time", () => {
  it("runs three days of polls every 30 s", () => {
    const { service, passSeconds, now } = simulatedQueues();
    service.queues.create("polls");
    const endsAt = now() + 3 * DAY * 1000;
    const polls = 10;
    for (let index = 0; index < polls; index += 1) service.sendMessage("polls", { body: "poll" });
    let hops = 0;
    const consume = (): void => {
      service.pollMessages("polls", { maxMessages: 10, waitTimeSeconds: 20 }, (messages) => {
        for (const { body, receiptHandle } of messages) {
          service.sendMessage("polls", { body, delaySeconds: 30 });
          service.deleteMessage("polls", receiptHandle);
          hops += 1;
        }
        if (now() < endsAt) consume();
      });
    };
    consume();
    passSeconds(3 * DAY);
    expect(hops).toBe(polls * ((3 * DAY) / 30 + 1));
    expect(service.queues.attributesOf("polls").ApproximateNumberOfMessagesDelayed).toBe(
      `${polls}`,
    );
  });
});
