import { describe, expect, it } from "vitest";
import type { Webhook } from "../../../lib/deliveries/destination.ts";
import { webhook } from "../../../lib/deliveries/webhook.ts";
import type { JsonObject } from "../../../lib/json/json.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { createTestQueue } from "../../kit/index.ts";
import { poisonReason, pollText } from "../../support/poll-message.ts";

const URL = "https://hooks.example/in";
const OUTCOME = { outcomeId: "p:1", pollId: "p", status: "succeeded" };

/** The poll message that delivers an outcome. */
async function delivering(receiver: Partial<Webhook>, outcome: JsonObject = OUTCOME) {
  const queue = createTestQueue();
  const ports = { sqs: queue.client, pollQueueUrl: queue.url, now: () => 0 };
  const json = JSON.stringify(outcome);
  const delivery = webhook({ url: URL, ...receiver }, ports);
  expect(await delivery.deliver([{ outcome, json }], { signal: undefined })).toEqual([undefined]);
  return parsePollMessage(queue.sent[0]?.body ?? "");
}

describe("the poll that delivers an outcome", () => {
  it("is another one for another secret, so that both receivers get the outcome", async () => {
    const ids = await Promise.all(
      [undefined, "ssm:/old", "ssm:/new"].map(
        async (secret) => (await delivering({ secret })).pollId,
      ),
    );
    expect(new Set(ids).size).toBe(3);
    expect((await delivering({ secret: "ssm:/new" })).pollId).toBe(ids[2]);
  });

  it.each([
    ["an id that no header can hold", { outcomeId: "größer\n" }],
    ["an id of 300 characters", { outcomeId: "x".repeat(300) }],
    ["an empty id", { outcomeId: "" }],
    ["a pollId of another form", { pollId: "orders/7 größer" }],
    ["a pollId of 300 characters", { pollId: "x".repeat(300) }],
    ["no ids", { outcomeId: undefined, pollId: undefined }],
  ])("is valid for an outcome of one's own with %s", async (_, ids) => {
    const { request } = await delivering({}, { ...OUTCOME, ...ids });
    expect(request.headers["webhook-id"]).toMatch(/^[\x21-\x7e]{1,256}$/);
  });

  it.each([
    ["headers", (left: number) => Array.from({ length: 254 + left }, (_, n) => [`h${n}`, "v"])],
    ["bytes", (left: number) => [["name", "v".repeat(16_384 - 512 - 4 + left)]]],
  ])("has room for its own headers beside as many %s as a receiver may have", async (_, most) => {
    const headers = Object.fromEntries(most(0));
    const deliver = (of: object) => pollText({ deliver: { webhook: { url: URL, headers: of } } });
    expect(poisonReason(deliver(headers))).toBeUndefined();
    expect(poisonReason(deliver(Object.fromEntries(most(1))))).toContain("deliver.webhook.headers");
    const outcome = { ...OUTCOME, outcomeId: "x".repeat(256) };
    expect((await delivering({ headers }, outcome)).request.headers).toMatchObject(headers);
  });
});
