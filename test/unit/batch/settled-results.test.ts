import type { SQSRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { completed, held, pending, type SettledRecord } from "../../../lib/batch/record-result.ts";
import { resultsIn } from "../../../lib/batch/settled-results.ts";
import { sqsRecord } from "../../kit/records.ts";

const a = sqsRecord({ messageId: "a" });
const b = sqsRecord({ messageId: "b" });
const c = sqsRecord({ messageId: "c" });
const REASON = new Error("why");
const done = (value: unknown) => ({ status: "fulfilled", value });
const failed: SettledRecord = { status: "rejected", reason: REASON };

const idsOf = (entries: readonly { record: SQSRecord }[]) =>
  entries.map(({ record }) => record.messageId);

describe("resultsIn", () => {
  it("reads each record's result by its kind, in the order of the records", () => {
    const results = resultsIn([done(pending()), done(completed()), done(held())], [a, b, c]);
    expect(idsOf(results.fulfilled("pending", "held"))).toEqual(["a", "c"]);
    expect(idsOf(results.fulfilled("completed"))).toEqual(["b"]);
    expect(results.rejected()).toEqual([]);
  });

  it("includes the time at which a record settled, if known", () => {
    const response = [{ ...done(pending()), settledAt: 5 }, done(pending())];
    const [first, second] = resultsIn(response, [a, b]).fulfilled("pending");
    expect(first?.settledAt).toBe(5);
    expect(second).not.toHaveProperty("settledAt");
  });

  it("reads each rejection with its reason, whatever was thrown", () => {
    const response = [failed, { status: "rejected", reason: null }, done(held())];
    const rejected = resultsIn(response, [a, b, c]).rejected();
    expect(rejected.map(({ record, reason }) => [record.messageId, reason])).toEqual([
      ["a", REASON],
      ["b", null],
    ]);
  });

  it("rejects in the response itself, which @middy/sqs-partial-batch-failure reads", () => {
    const response = [done(pending()), done(held())];
    const results = resultsIn(response, [a, b]);
    for (const { record } of results.fulfilled("pending")) results.reject(record, REASON);
    expect(response).toEqual([failed, done(held())]);
    expect(idsOf(results.rejected())).toEqual(["a"]);
    expect(results.fulfilled("pending")).toEqual([]);
  });

  it.each([{}, { delaySeconds: -1 }, { delaySeconds: "5" }])(
    "rejects a pending result without a valid delaySeconds: %j",
    (delay) => {
      const response = [done({ kind: "pending", ...delay }), done(held())];
      const [rejected] = resultsIn(response, [a, b]).rejected();
      expect(rejected?.record).toBe(a);
      expect(rejected?.reason).toMatchObject({
        message: expect.stringContaining("record a: its result has no delaySeconds"),
      });
      expect(response).toMatchObject([{ status: "rejected" }, done(held())]);
    },
  );

  it("treats a record that occurs twice as one, and changes both positions", () => {
    const response = [done(pending()), done(held()), done(pending())];
    const results = resultsIn(response, [a, b, a]);
    const waiting = results.fulfilled("pending");
    expect(idsOf(waiting)).toEqual(["a"]);
    for (const { record } of waiting) results.reject(record, REASON);
    expect(response).toEqual([failed, done(held()), failed]);
  });

  it.each([
    null,
    "pending",
    { status: "fulfilled" },
    { status: "fulfilled", value: "done" },
    { status: "fulfilled", value: { kind: "other" } },
    { status: "rejected" },
  ])("leaves a foreign result alone: %j", (foreign) => {
    const results = resultsIn([foreign, done(held())], [a, b]);
    expect(idsOf(results.fulfilled("pending", "held", "completed"))).toEqual(["b"]);
    expect(results.rejected()).toEqual([]);
  });
});
