import { describe, expect, it } from "vitest";
import { only, redriveTo, simulatedQueues } from "./simulated-queues.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000:";

/** Puts this many dead letters of the queue `polls` into `dead`. */
function deadLetters(count: number) {
  const queues = simulatedQueues();
  const { service } = queues;
  service.queues.create("dead");
  service.queues.create("polls", { ...redriveTo("dead", 1), VisibilityTimeout: "0" });
  for (let index = 0; index < count; index += 1) service.sendMessage("polls", { body: `${index}` });
  for (let index = 0; index < count; index += 1) service.receiveMessage("polls");
  service.receiveMessage("polls");
  const counts = () =>
    ["polls", "dead"].map((name) => service.queues.byName(name).store.visibleCount);
  const latest = () => only(service.listMessageMoveTasks(`${ARN}dead`));
  return { ...queues, counts, latest };
}

describe("a move task", () => {
  it("moves at most its number of messages per second", () => {
    const { service, passSeconds, counts, latest } = deadLetters(5);
    expect(counts()).toEqual([0, 5]);
    service.startMessageMoveTask({ sourceArn: `${ARN}dead`, messagesPerSecond: 2 });
    expect(counts()).toEqual([0, 5]);
    passSeconds(1);
    expect(counts()).toEqual([2, 3]);
    expect(latest()).toMatchObject({ status: "RUNNING", messagesMoved: 2, messagesToMove: 5 });
    passSeconds(1.5);
    expect(counts()).toEqual([5, 0]);
    expect(latest()).toMatchObject({ status: "COMPLETED", messagesMoved: 5 });
    expect(service.nextDueAt()).toBeUndefined();
  });

  it("makes new messages: sent now, never received, with no dead-letter source", () => {
    const { service, passSeconds, now } = deadLetters(1);
    passSeconds(3600);
    service.startMessageMoveTask({ sourceArn: `${ARN}dead` });
    expect(only(service.receiveMessage("polls"))).toMatchObject({
      messageId: "message-2",
      sentAt: now(),
      receiveCount: 1,
      deadLetterSourceArn: undefined,
    });
  });

  it("wakes a receive that waits at the destination", () => {
    const { service } = deadLetters(1);
    const bodies: string[] = [];
    service.pollMessages("polls", { waitTimeSeconds: 20 }, (messages) =>
      bodies.push(...messages.map(({ body }) => body)),
    );
    service.startMessageMoveTask({ sourceArn: `${ARN}dead` });
    expect(bodies).toEqual(["0"]);
  });

  it("fails when a message has no source because it was sent to the dead-letter queue itself", () => {
    const { service, latest } = deadLetters(0);
    service.sendMessage("dead", { body: "direct" });
    service.startMessageMoveTask({ sourceArn: `${ARN}dead` });
    expect(latest()).toMatchObject({
      status: "FAILED",
      failureReason: "CouldNotDetermineMessageSource",
    });
    expect(only(service.receiveMessage("dead")).body).toBe("direct");
  });

  it("fails when its destination is deleted", () => {
    const { service, passSeconds, latest } = deadLetters(2);
    service.queues.create("elsewhere");
    service.startMessageMoveTask({
      sourceArn: `${ARN}dead`,
      destinationArn: `${ARN}elsewhere`,
      messagesPerSecond: 1,
    });
    service.queues.delete("elsewhere");
    passSeconds(1);
    expect(latest()).toMatchObject({
      status: "FAILED",
      failureReason: "AWS.SimpleQueueService.NonExistentQueue",
    });
  });

  it("is listed: the latest first, at most ten", () => {
    const { service } = deadLetters(0);
    for (let index = 0; index < 12; index += 1)
      service.startMessageMoveTask({ sourceArn: `${ARN}dead` });
    expect(service.listMessageMoveTasks(`${ARN}dead`)).toHaveLength(1);
    expect(service.listMessageMoveTasks(`${ARN}dead`, 10)).toHaveLength(10);
    expect(() => service.listMessageMoveTasks(`${ARN}dead`, 11)).toThrow("MaxResults");
  });
});
