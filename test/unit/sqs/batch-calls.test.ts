import { expect, it } from "vitest";
import { sendMessages } from "../../../lib/sqs/batch-calls.ts";
import { createTestQueue } from "../../kit/index.ts";

const small = (name: string) => ({ body: name });
const large = (name: string) => ({ body: name.padEnd(300_000, ".") });
const nameOf = (body: string) => body.replace(/\.+$/, "");

it("sends large messages after all others, and returns each result in its message's place", async () => {
  const queue = createTestQueue();
  queue.refuseEntries(1);
  const messages = [large("a"), small("b"), large("c"), small("d")];
  const results = await sendMessages(queue.client, queue.url, messages);
  expect(queue.sent.map(({ body }) => nameOf(body))).toEqual(["d", "a", "c"]);
  expect(results.map((result) => result === undefined)).toEqual([true, false, true, true]);
});
