import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { createTestClock, createTestQueue } from "../../kit/index.ts";

const send = (from: ReturnType<typeof createTestQueue>, QueueUrl: string) =>
  from.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));

it("sends to each queue of its clock", async () => {
  const clock = createTestClock();
  const [polls, outcomes] = [createTestQueue({ clock }), createTestQueue({ clock })];
  await send(polls, outcomes.url);
  expect(polls.sent).toEqual([]);
  expect(outcomes.sent).toHaveLength(1);
});

it("refuses a queue of another clock, instead of sending to its own", async () => {
  const [polls, outcomes] = [createTestQueue(), createTestQueue()];
  await expect(send(polls, outcomes.url)).rejects.toThrow("does not exist");
  expect(polls.sent).toEqual([]);
  expect(outcomes.sent).toEqual([]);
});
