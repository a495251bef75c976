import { expect, it } from "vitest";
import { queuesSnapshot } from "../../../infra/local/queue/snapshot.ts";
import { only, redriveTo, simulatedQueues } from "./simulated-queues.ts";

const restored = (queues: ReturnType<typeof simulatedQueues>) =>
  simulatedQueues(
    queuesSnapshot.parse(JSON.parse(JSON.stringify(queues.service.queues.snapshot()))),
  );

it("restores queues, tags and messages", () => {
  const before = simulatedQueues();
  before.service.queues.create("dead");
  before.service.queues.create("polls", redriveTo("dead", 3), { stage: "test" });
  const attributes = {
    ["__proto__"]: { dataType: "String", stringValue: "a name like any other" },
    text: { dataType: "String", stringValue: "ü😀" },
    bytes: { dataType: "Binary", binaryValue: Buffer.from([0, 255]) },
  };
  before.service.sendMessage("polls", {
    body: "in flight",
    attributes,
    traceHeader: "Root=1",
    groupId: "g",
  });
  const { receiptHandle } = only(before.service.receiveMessage("polls"));
  before.service.sendMessage("polls", { body: "visible" });
  before.service.sendMessage("polls", { body: "delayed", delaySeconds: 60 });

  const { service, passSeconds } = restored(before);
  expect(service.queues.attributesOf("polls")).toEqual(before.service.queues.attributesOf("polls"));
  expect(Object.fromEntries(service.queues.byName("polls").tags)).toEqual({ stage: "test" });
  expect(only(service.receiveMessage("polls")).body).toBe("visible");
  service.changeMessageVisibility("polls", receiptHandle, 0);
  expect(only(service.receiveMessage("polls"))).toMatchObject({
    body: "in flight",
    attributes,
    traceHeader: "Root=1",
    groupId: "g",
    receiveCount: 2,
  });
  passSeconds(60);
  expect(service.receiveMessage("polls", { maxMessages: 10 }).map(({ body }) => body)).toContain(
    "delayed",
  );
});

it("refuses anything that is not a snapshot", () => {
  expect(queuesSnapshot.safeParse({}).success).toBe(false);
  expect(
    queuesSnapshot.safeParse({ format: "request-poller queues", version: 2, queues: [] }).success,
  ).toBe(false);
});
