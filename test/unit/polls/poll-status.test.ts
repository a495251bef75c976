import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completed, held, pending } from "../../../lib/batch/record-result.ts";
import { packOutcome } from "../../../lib/fence/packed-outcome.ts";
import { MAX_HISTORY_LENGTH } from "../../../lib/history/history.ts";
import { asking, waiting } from "../../../lib/history/record-progress.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { statusOf } from "../../../lib/polls/poll-status.ts";
import { sqsRecord } from "../../kit/records.ts";

const NOW = 1_700_000_000_000;
const REQUEST = {
  url: "https://user@api.example.com:8443/jobs/secret?key=secret",
  timeoutMs: 5000,
};
const BODY = { pollId: "p", retryCount: 3, maxRetries: 9, startedAt: NOW - 60_000 };

const recordOf = (body: object) => sqsRecord({ body: { ...BODY, request: REQUEST, ...body } });
const ROW = { pollId: "p", ttl: 0, leaseUntil: NOW + 30_000 };
const askingRow = (body: object = {}) => ({ ...ROW, ...asking(recordOf(body), NOW) });
const waitingRow = (result: Parameters<typeof waiting>[1]) => ({
  ...ROW,
  ...waiting(recordOf({}), result, NOW),
});

describe("statusOf", () => {
  it("says what a claim has written, and nothing of the URL but its origin", () => {
    const status = statusOf(askingRow(), NOW + 1);
    expect(status).toEqual({
      pollId: "p",
      state: "asking",
      step: "poll",
      retryCount: 3,
      maxRetries: 9,
      method: "GET",
      origin: "https://api.example.com:8443",
      startedAt: new Date(NOW - 60_000).toISOString(),
      changedAt: new Date(NOW).toISOString(),
      waitsFor: "the answer to its request",
      history: [],
    });
  });

  it("lets a poll wait again once its request must be over", () => {
    expect(statusOf(askingRow(), NOW + 9999).state).toBe("asking");
    expect(statusOf(askingRow(), NOW + 10_000).state).toBe("waiting");
  });

  it("says when a waiting poll is due, and why then", () => {
    const result = { ...pending({ delaySeconds: 20 }), waitReason: "retry-after" } as const;
    expect(statusOf(waitingRow(result), NOW)).toMatchObject({
      ...{ state: "waiting", retryCount: 4, waitsFor: "Retry-After 20" },
      dueAt: new Date(NOW + 20_000).toISOString(),
    });
  });

  it("says that a poll is held", () => {
    const result = { ...held({ delaySeconds: 9 }), waitReason: "host-pause" } as const;
    expect(statusOf(waitingRow(result), NOW)).toMatchObject({
      ...{ state: "held", retryCount: 3, waitsFor: "its host asks for a pause" },
    });
  });

  it("says when the outcome of a cancelled poll comes: with its message, which looks at its row each 15 minutes", () => {
    const cancelledIn = (delaySeconds: number, now: number) => {
      const identity = { pollId: "p", retryCount: 3, startedAt: NOW };
      const outcome = packOutcome(completed(outcomeOf(identity, { status: "cancelled" }, NOW)));
      return statusOf({ ...waitingRow(pending({ delaySeconds })), outcome }, now).outcomeDueAt;
    };
    expect(cancelledIn(20, NOW + 19_000)).toBe(new Date(NOW + 20_000).toISOString());
    expect(cancelledIn(20, NOW + 20_000)).toBeUndefined();
    expect(cancelledIn(9000, NOW)).toBe(new Date(NOW + 900_000).toISOString());
  });

  it("says the step and the method of a start and of a result", () => {
    const start = askingRow({ request: undefined, start: { url: "https://a.test/" } });
    expect(statusOf(start, NOW)).toMatchObject({ step: "start", method: "POST" });
    expect(statusOf(askingRow({ step: "result" }), NOW).step).toBe("result");
  });

  it("says no method when the message has one that is none", () => {
    const methodIn = (method: unknown) =>
      statusOf(askingRow({ request: { url: "https://a.test/", method } }), NOW);
    for (const method of [7, null, "", "X".repeat(99)]) {
      expect(methodIn(method).origin).toBe("https://a.test");
      expect(methodIn(method)).not.toHaveProperty("method");
    }
    expect(methodIn("PUT").method).toBe("PUT");
  });

  it("says whose outcome a poll delivers", () => {
    const deliversOf = (delivery: object) => statusOf(askingRow({ delivery }), NOW).delivers;
    expect(deliversOf({ outcomeId: "o", pollId: "order-9" })).toBe("order-9");
    expect(deliversOf({ outcomeId: "o" })).toBe("");
    expect(deliversOf({ outcomeId: "o", pollId: "x".repeat(257) })).toBe("");
    expect(statusOf(askingRow(), NOW).delivers).toBeUndefined();
  });

  it("says since when an outcome is not delivered", () => {
    const undelivered = JSON.stringify({ since: NOW - 1000, attempts: 2 });
    const end = outcomeOf(
      { pollId: "p", retryCount: 4, startedAt: NOW },
      { status: "failed" },
      NOW,
    );
    const outcome = packOutcome(completed(end));
    expect(statusOf({ ...askingRow(), outcome, undelivered }, NOW).undelivered).toEqual({
      since: new Date(NOW - 1000).toISOString(),
      attempts: 2,
    });
  });

  it("lets an outcome count, whatever else the row says", () => {
    const said = { status: "failed", error: { name: "E", message: "no such job" } } as const;
    const end = outcomeOf({ pollId: "p", retryCount: 4, startedAt: NOW - 5000 }, said, NOW + 9);
    const outcome = packOutcome(completed(end));
    expect(statusOf({ ...askingRow(), outcome }, NOW + 10)).toMatchObject({
      state: "failed",
      retryCount: 4,
      waitsFor: "no such job",
      changedAt: end.finishedAt,
    });
  });

  it("reads a row of the previous version, and one whose progress was changed", () => {
    const old = { pollId: "p", ttl: NOW / 1000, leaseUntil: NOW + 1 };
    expect(statusOf(old, NOW).state).toBe("waiting");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (progress) => {
        expect(statusOf({ ...askingRow(), progress }, NOW).pollId).toBe("p");
      }),
    );
  });

  it.each(["\u0000", "\u20ac", "x"])("writes no text of a sender as history: %j", (character) => {
    const steps = "pmjud5wp0.202.5.k";
    const history = `${steps} ${character.repeat(MAX_HISTORY_LENGTH - steps.length - 1)}`;
    const row = askingRow({ history });
    expect(Buffer.byteLength(row.progress)).toBeLessThan(256);
    expect(statusOf(row, NOW).history).toHaveLength(1);
  });

  it("writes little, and survives any message", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (more, request) => {
        const row = askingRow({ ...more, request });
        expect(Buffer.byteLength(row.progress)).toBeLessThan(2048);
        expect(statusOf(row, NOW).pollId).toBe("p");
      }),
    );
  });
});
