import { describe, expect, it } from "vitest";
import { dueAtOf, sentAt, startedAtOf } from "../../../lib/batch/poll-facts.ts";
import { SENT_AT, sqsRecord } from "../../kit/records.ts";

const record = sqsRecord({ messageId: "the-first-message" });

describe("dueAtOf", () => {
  it.each([
    ["is the message's dueAt", { dueAt: SENT_AT - 5, notBefore: 9, retryCount: 1 }, SENT_AT - 5],
    ["is at most twelve hours before it was sent", { dueAt: 0 }, SENT_AT - 43_200_000],
    ["is at most twelve hours after", { dueAt: 8_640_000_000_000_000 }, SENT_AT + 43_200_000],
    ["is the notBefore of a held message", { notBefore: SENT_AT + 9, retryCount: 1 }, SENT_AT + 9],
    ["is the sending time if never requeued", { context: { retryCount: 1 } }, SENT_AT],
    ["is the sending time if not a JSON object", undefined, SENT_AT],
    ["is unknown for a composer's requeued message", { retryCount: 1 }, undefined],
    ["is unknown if the poller that requeued it wrote none", { sequence: 0 }, undefined],
    ["is the sending time if dueAt is not a number", { dueAt: "soon" }, SENT_AT],
  ])("%s", (_, body, due) => {
    expect(dueAtOf(body, record)).toBe(due);
  });
});

describe("startedAtOf", () => {
  const copy = { copyId: "c", sequence: 1 };
  it.each([
    ["is the startedAt of a copy, however long ago", { ...copy, startedAt: 5 }, 5],
    ["is the startedAt of a held submission", { startedAt: SENT_AT - 9 }, SENT_AT - 9],
    ["is at most twelve hours before a submission", { startedAt: 5 }, SENT_AT - 43_200_000],
    ["is never after the sending time", { ...copy, startedAt: SENT_AT + 1 }, SENT_AT],
    ["is the sending time if the message has none", {}, SENT_AT],
  ])("%s", (_, body, startedAt) => {
    expect(startedAtOf(body, record)).toBe(startedAt);
  });
});

describe("sentAt", () => {
  it.each([
    ["1700000000000", 1_700_000_000_000],
    ["", undefined],
    ["0", undefined],
    ["-5", undefined],
    ["soon", undefined],
    ["1.5", undefined],
  ])("SentTimestamp %j: %s", (SentTimestamp, expected) => {
    expect(sentAt(sqsRecord({ attributes: { SentTimestamp } }))).toBe(expected);
  });
});
