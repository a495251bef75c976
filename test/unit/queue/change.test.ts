import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QueueChange, replayed } from "../../../infra/local/queue/change.ts";
import { ChangeLog } from "../../../infra/local/queue/change-log.ts";
import { QueueService } from "../../../infra/local/queue/queue-service.ts";
import { EMPTY_SNAPSHOT } from "../../../infra/local/queue/snapshot.ts";
import { redriveTo } from "./simulated-queues.ts";

/** Calls on the queues `polls` and `dead`. */
const call = fc.record({
  action: fc.constantFrom(
    "send",
    "send",
    "send",
    "receive",
    "receive",
    "delete",
    "hide",
    "purge",
    "tag",
    "move",
    "recreate",
  ),
  afterSeconds: fc.constantFrom(0, 0, 1, 40, 90),
  delaySeconds: fc.constantFrom(0, 30),
});

describe("replayed changes", () => {
  it("rebuild the state of the queues after any calls", () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
        let now = Date.UTC(2026, 0, 1);
        const changes = new ChangeLog();
        const service = new QueueService({ now: () => now, changes });
        const written: QueueChange[] = [];
        service.onChange(() => written.push(...JSON.parse(JSON.stringify(changes.drain()))));
        service.queues.create("dead", { MessageRetentionPeriod: "60" });
        service.queues.create("polls", redriveTo("dead", 2));
        const handles: string[] = [];
        for (const { action, afterSeconds, delaySeconds } of calls) {
          now += afterSeconds * 1000;
          service.settle();
          try {
            act(service, action, delaySeconds, handles);
          } catch (error) {
            // The message of the handle is gone, or the last purge was too recent.
            if (!(error instanceof Error && error.name === "SqsError")) throw error;
          }
        }
        const snapshot = service.queues.snapshot();
        written.push(...changes.drain());
        const replay = replayed(EMPTY_SNAPSHOT, written);
        expect(sorted(replay)).toEqual(sorted(JSON.parse(JSON.stringify(snapshot))));
      }),
    );
  });

  it("ignore queues that do not exist", () => {
    const changes: QueueChange[] = [
      { kind: "removed", name: "none", messageId: "m" },
      { kind: "purged", name: "none" },
      { kind: "queueDeleted", name: "none" },
    ];
    expect(replayed(EMPTY_SNAPSHOT, changes)).toEqual(EMPTY_SNAPSHOT);
  });
});

function act(service: QueueService, action: string, delaySeconds: number, handles: string[]): void {
  const queue = "polls";
  switch (action) {
    case "send":
      service.sendMessage(queue, { body: "x", delaySeconds });
      break;
    case "receive":
      for (const { receiptHandle } of service.receiveMessage(queue, { maxMessages: 2 })) {
        handles.push(receiptHandle);
      }
      break;
    case "delete":
      service.deleteMessage(queue, handles.pop() ?? "");
      break;
    case "hide":
      service.changeMessageVisibility(queue, handles.at(-1) ?? "", delaySeconds);
      break;
    case "purge":
      service.queues.purge(queue);
      break;
    case "tag":
      service.queues.tag(queue, { delay: String(delaySeconds) });
      break;
    case "move":
      service.startMessageMoveTask({ sourceArn: "arn:aws:sqs:us-east-1:000000000000:dead" });
      break;
    case "recreate":
      service.queues.delete(queue);
      service.queues.create(queue, redriveTo("dead", 2));
      break;
  }
}

/** Messages sorted by id, because the order in which they are stored does not matter. */
function sorted({ queues }: typeof EMPTY_SNAPSHOT) {
  return queues
    .map(({ messages, ...queue }) => ({
      ...queue,
      messages: messages.toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
