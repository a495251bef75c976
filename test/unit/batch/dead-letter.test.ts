import type { SQSMessageAttributes } from "aws-lambda";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deadLetter } from "../../../lib/batch/dead-letter.ts";
import { PoisonRecordError } from "../../../lib/batch/record-result.ts";
import { messageSize } from "../../../lib/sqs/outgoing-message.ts";
import { sqsRecord } from "../../kit/records.ts";

const MIB = 1_048_576;
const own = (count: number): SQSMessageAttributes =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`own${n}`, { dataType: "String", stringValue: "v" }]),
  );
const letterOf = (
  parts: Parameters<typeof sqsRecord>[0],
  reason = "retryCount: must be an integer",
  status = "poison",
) => deadLetter(sqsRecord(parts), new PoisonRecordError(reason, { status }));
const namesOf = (letter: ReturnType<typeof letterOf>) => Object.keys(letter.attributes ?? {});
const reasonOf = (letter: ReturnType<typeof letterOf>) => letter.attributes?.reason?.StringValue;

it("a dead letter is the record itself, with status and reason as message attributes", () => {
  const letter = letterOf(
    {
      body: "as it was \uFFFD {",
      messageAttributes: { key: { dataType: "Binary", binaryValue: "AP8=" } },
      attributes: { MessageGroupId: "tenant-1" },
    },
    "why",
    "expired",
  );
  expect(letter).toEqual({
    body: "as it was \uFFFD {",
    groupId: "tenant-1",
    traceHeader: expect.stringMatching(/^Root=1-/),
    attributes: {
      key: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) },
      status: { DataType: "String", StringValue: "expired" },
      reason: { DataType: "String", StringValue: "why" },
    },
  });
});

it("when a redriven record fails again, the new status and reason replace the old ones", () => {
  const messageAttributes = {
    status: { dataType: "String", stringValue: "old" },
    reason: { dataType: "String", stringValue: "old" },
  };
  const { attributes } = letterOf({ messageAttributes }, "new");
  expect(attributes).toMatchObject({
    status: { StringValue: "poison" },
    reason: { StringValue: "new" },
  });
});

describe("at most ten attributes: the record's own first, then the reason, then the status", () => {
  it.each([
    { count: 8, added: ["status", "reason"] },
    { count: 9, added: ["reason"] },
    { count: 10, added: [] },
  ])("a record with $count attributes gets $added", ({ count, added }) => {
    const names = namesOf(letterOf({ messageAttributes: own(count) }));
    expect(names).toEqual([...Object.keys(own(count)), ...added]);
  });
});

describe("at most 1 MiB: the body first, then what fits of the attributes", () => {
  const sized = (bytes: number) => letterOf({ body: "x".repeat(bytes) });

  it.each([
    { free: 0, added: [] },
    // status + String + poison: 18 bytes.
    { free: 18, added: ["status"] },
    { free: 17 + 12 + 30, added: ["status", "reason"] },
    { free: 4000, added: ["status", "reason"] },
  ])("with $free bytes free, adds $added", ({ free, added }) => {
    expect(namesOf(sized(MIB - free))).toEqual(added);
  });

  it("never exceeds the limit unless the record itself does", () => {
    const reason = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), reason, fc.nat(10), (free, text, count) => {
        const letter = letterOf(
          { body: "x".repeat(MIB - free - 100), messageAttributes: own(count) },
          text,
        );
        const base = messageSize(letterOf({ body: "", messageAttributes: own(count) }, ""));
        if (base + MIB - free - 100 <= MIB) expect(messageSize(letter)).toBeLessThanOrEqual(MIB);
        expect(namesOf(letter).length).toBeLessThanOrEqual(10);
        expect(letter.body).toHaveLength(MIB - free - 100);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the reason", () => {
  it.each([
    ["ASCII", "a".repeat(5000), 4096],
    ["two bytes per character", "é".repeat(3000), 4096],
    ["three bytes per character", "☃".repeat(3000), 4095],
    ["four bytes per character", "😀".repeat(2000), 4096],
  ])("is cut to 4096 bytes, never within a character: %s", (_, text, bytes) => {
    const reason = reasonOf(letterOf({}, text)) ?? "";
    expect(Buffer.byteLength(reason)).toBe(bytes);
    expect(text.startsWith(reason)).toBe(true);
  });

  it("contains no character that SQS refuses", () => {
    expect(reasonOf(letterOf({}, "a\u0000b\u001fc\uFFFEd\uFFFFe\uD800f\tg\n"))).toBe(
      "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\tg\n",
    );
  });

  it("is left out when it is empty: SQS refuses an empty value", () => {
    expect(namesOf(letterOf({}, ""))).toEqual(["status"]);
  });
});
