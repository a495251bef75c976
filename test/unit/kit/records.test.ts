import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { completed, eachRecord } from "../../../middleware/index.ts";
import { lambdaContext, sqsEvent, sqsRecord } from "../../kit/index.ts";

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/;

describe("sqsRecord", () => {
  it("makes different messages", async () => {
    const records = Array.from({ length: 100 }, () => sqsRecord());
    expect(new Set(records.map(({ messageId }) => messageId)).size).toBe(100);
    expect(new Set(records.map(({ receiptHandle }) => receiptHandle)).size).toBe(100);
    expect(records[0]?.messageId).toMatch(UUID);
    let handled = 0;
    const handler = eachRecord(() => {
      handled++;
      return completed();
    });
    await handler(sqsEvent(...records), lambdaContext());
    expect(handled).toBe(100);
  });

  it("uses ids that a test gives", () => {
    const ids = { messageId: "a", receiptHandle: "b" };
    expect(sqsRecord(ids)).toMatchObject(ids);
  });

  it("gives a message another receipt handle each time it is received", () => {
    const [first, second] = [sqsRecord({ messageId: "a" }), sqsRecord({ messageId: "a" })];
    expect(first.receiptHandle).not.toBe(second.receiptHandle);
  });

  it("has the MD5 of its body", () => {
    const { body, md5OfBody } = sqsRecord({ body: { job: 7 } });
    expect(md5OfBody).toBe(createHash("md5").update(body).digest("hex"));
  });
});

describe("lambdaContext", () => {
  it("is a new invocation each time", () => {
    expect(lambdaContext().awsRequestId).not.toBe(lambdaContext().awsRequestId);
    expect(lambdaContext().awsRequestId).toMatch(UUID);
  });
});
