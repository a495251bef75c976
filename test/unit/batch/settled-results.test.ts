import type { SQSRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { completed, held, pending, type SettledRecord } from "../../../lib/batch/record-result.ts";
import { batchResults } from "../../../lib/batch/settled-results.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { sqsEvent, sqsRecord } from "../../kit/records.ts";

const [a, b, c] = ["a", "b", "c"].map((messageId) => sqsRecord({ messageId }));
const REASON = new Error("why");
const done = (value: unknown) => ({ status: "fulfilled", value });
const failed: SettledRecord = { status: "rejected", reason: REASON };

function requestOf(records: (SQSRecord | undefined)[], response: unknown) {
  const event = sqsEvent(...records.filter((record) => record !== undefined));
  return { event, context: lambdaContext(), response };
}
const idsOf = (entries: readonly { record: SQSRecord }[]) =>
  entries.map(({ record }) => record.messageId);

describe("batchResults", () => {
  it("reads each record's result by its kind, in the order of the records", () => {
    const results = batchResults(
      requestOf([a, b, c], [done(pending()), done(completed()), done(held())]),
    );
    expect(idsOf(results.fulfilled("pending", "held"))).toEqual(["a", "c"]);
    expect(idsOf(results.fulfilled("completed"))).toEqual(["b"]);
    expect(results.rejected()).toEqual([]);
  });

  it("includes the time at which a record settled, if known", () => {
    const response = [{ ...done(pending()), settledAt: 5 }, done(pending())];
    const [first, second] = batchResults(requestOf([a, b], response)).fulfilled("pending");
    expect(first?.settledAt).toBe(5);
    expect(second).not.toHaveProperty("settledAt");
  });

  it("reads each rejection with its reason, whatever was thrown", () => {
    const response = [failed, { status: "rejected", reason: null }, done(held())];
    const rejected = batchResults(requestOf([a, b, c], response)).rejected();
    expect(rejected.map(({ record, reason }) => [record.messageId, reason])).toEqual([
      ["a", REASON],
      ["b", null],
    ]);
  });

  it("rejects in the response itself, which @middy/sqs-partial-batch-failure reads", () => {
    const request = requestOf([a, b], [done(pending()), done(held())]);
    const results = batchResults(request);
    for (const { record } of results.fulfilled("pending")) results.reject(record, REASON);
    expect(request.response).toEqual([failed, done(held())]);
    expect(idsOf(results.rejected())).toEqual(["a"]);
    expect(results.fulfilled("pending")).toEqual([]);
  });

  it.each([{}, { delaySeconds: -1 }, { delaySeconds: "5" }])(
    "rejects a pending result without a valid delaySeconds: %j",
    (delay) => {
      const request = requestOf([a, b], [done({ kind: "pending", ...delay }), done(held())]);
      const [rejected] = batchResults(request).rejected();
      expect(rejected?.record).toBe(a);
      expect(rejected?.reason).toMatchObject({
        message: expect.stringContaining("record a: its result has no delaySeconds"),
      });
      expect(request.response).toMatchObject([{ status: "rejected" }, done(held())]);
    },
  );

  it("treats a record that occurs twice as one, and changes both positions", () => {
    const request = requestOf([a, b, a], [done(pending()), done(held()), done(pending())]);
    const results = batchResults(request);
    const waiting = results.fulfilled("pending");
    expect(idsOf(waiting)).toEqual(["a"]);
    for (const { record } of waiting) results.reject(record, REASON);
    expect(request.response).toEqual([failed, done(held()), failed]);
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a batch response", { batchItemFailures: [] }],
    ["fewer results than records", [done(pending())]],
    ["more results than records", [done(pending()), done(pending()), done(pending())]],
  ])("finds nothing in %s", (_, response) => {
    const request = requestOf([a, b], response);
    const before = structuredClone(response);
    const results = batchResults(request);
    expect(results.fulfilled("pending", "held", "completed")).toEqual([]);
    expect(results.rejected()).toEqual([]);
    results.reject(sqsRecord({ messageId: "a" }), REASON);
    expect(request.response).toEqual(before);
  });

  it.each([
    null,
    "pending",
    { status: "fulfilled" },
    { status: "fulfilled", value: "done" },
    { status: "fulfilled", value: { kind: "other" } },
    { status: "rejected" },
  ])("leaves a foreign result alone: %j", (foreign) => {
    const results = batchResults(requestOf([a, b], [foreign, done(held())]));
    expect(idsOf(results.fulfilled("pending", "held", "completed"))).toEqual(["b"]);
    expect(results.rejected()).toEqual([]);
  });
});
