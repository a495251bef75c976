import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { QueueService } from "../../../infra/local/queue/queue-service.ts";
import { type SqsServer, startSqsServer } from "../../../infra/local/sqs/server.ts";

let service: QueueService;
let server: SqsServer;
beforeEach(async () => {
  service = new QueueService();
  server = await startSqsServer({ service });
  service.queues.create("polls", {});
});
afterEach(() => server.close());

const wake = (pollId: string, more: RequestInit = {}) =>
  fetch(`${server.endpoint}/stack/wake?queue=polls&pollId=${pollId}`, { method: "POST", ...more });
const woken = async (pollId: string) => (await wake(pollId)).json();
const send = (pollId: string) =>
  service.sendMessage("polls", { body: JSON.stringify({ pollId }), delaySeconds: 900 });
const receive = () => service.receiveMessage("polls", { maxMessages: 10 });

describe("POST /stack/wake", () => {
  it("makes the messages of one poll visible that wait for the end of their delay", async () => {
    const messageId = send("a");
    send("ab");
    expect(receive()).toEqual([]);
    expect(await woken("a")).toEqual({ woken: 1 });
    expect(receive()).toMatchObject([{ messageId, receiveCount: 1 }]);
    expect(receive()).toEqual([]);
  });

  it("leaves a message in flight hidden: its poll may be under way", async () => {
    send("a");
    await wake("a");
    expect(receive()).toHaveLength(1);
    expect(await woken("a")).toEqual({ woken: 0 });
    expect(receive()).toEqual([]);
  });

  it("wakes a receive that waits", async () => {
    send("a");
    const received = Promise.withResolvers<readonly unknown[]>();
    service.pollMessages("polls", { waitTimeSeconds: 20 }, received.resolve);
    await wake("a");
    expect(await received.promise).toHaveLength(1);
  });

  it("knows no other queue, and is for programs of this machine only", async () => {
    send("a");
    const other = await fetch(`${server.endpoint}/stack/wake?queue=x&pollId=a`, { method: "POST" });
    expect(await other.json()).toEqual({ woken: 0 });
    expect((await wake("a", { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect(receive()).toEqual([]);
  });
});
