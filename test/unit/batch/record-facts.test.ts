import type { SQSRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { hostLanes } from "../../../functions/poller/host-lanes.ts";
import { deadLetter } from "../../../lib/batch/dead-letter.ts";
import { holdUntilDue } from "../../../lib/batch/hops.ts";
import { maskRecord } from "../../../lib/batch/logged-fields.ts";
import { bodyText, readBody, recordFacts } from "../../../lib/batch/record-facts.ts";
import { PoisonRecordError, pending } from "../../../lib/batch/record-result.ts";
import { claimantOf } from "../../../lib/fence/claimant.ts";
import { nextBody } from "../../../lib/poll/message/next.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { planRequeue } from "../../../lib/poll/requeue.ts";
import { sqsRecord } from "../../kit/records.ts";

/** A record whose body a parser in the stack has replaced by a value. */
const parsedRecord = (body: unknown): SQSRecord =>
  Object.assign(sqsRecord({ messageId: "m1" }), { body });

/** The results, for one record, of every function that reads a body. */
const seenBy = (record: SQSRecord) => ({
  claimant: claimantOf(record),
  lane: hostLanes(1)?.of(record),
  logged: maskRecord(record),
  held: holdUntilDue(record, 0),
  requeue: planRequeue(record, pending(), 0, 0, nextBody),
  message: JSON.stringify(parsePollMessage(recordFacts(record))),
  letter: deadLetter(record, new PoisonRecordError("why")),
});

const MESSAGE = {
  pollId: "p",
  request: { url: "https://jobs.example/1", body: { a: [1, null, "x"] } },
  retryCount: 3,
  notBefore: 5_000_000,
  context: { order: 7.5 },
};

describe("recordFacts", () => {
  it("reads a body once, however many ask for it", () => {
    const record = sqsRecord({ body: MESSAGE });
    const facts = recordFacts(record);
    seenBy(record);
    expect(recordFacts(record)).toBe(facts);
  });

  it("reads the body again when another middleware has replaced it", () => {
    const record = sqsRecord({ body: { job: 1 } });
    expect(recordFacts(record).body).toEqual({ job: 1 });
    record.body = '{"job":2}';
    expect(recordFacts(record).body).toEqual({ job: 2 });
  });

  it.each([MESSAGE, { ...MESSAGE, sequence: 4, copyId: "c", dueAt: 7 }])(
    "gives the same facts for a text body and a parsed body",
    (message) => {
      expect(seenBy(parsedRecord(message))).toEqual(
        seenBy(sqsRecord({ messageId: "m1", body: message })),
      );
    },
  );

  it.each([
    ["an object without a prototype", Object.assign(Object.create(null), { job: 1 }), { job: 1 }],
    ["dates", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["members that are undefined", { job: 1, note: undefined }, { job: 1 }],
  ])("takes a parsed body with %s as its JSON", (_name, value, body) => {
    expect(recordFacts(parsedRecord(value)).body).toEqual(body);
    expect(bodyText(parsedRecord(value))).toBe(JSON.stringify(body));
  });

  it.each([
    [null, "must be a JSON object, got null"],
    [[1], "must be a JSON object, got an array"],
    [7, "must be a JSON object, got a number"],
    [{ job: 1n }, "was parsed before, and has no JSON form any more"],
    [undefined, "was parsed before, and has no JSON form any more"],
  ])("says why a parsed value is not a valid body, case %#", (value, problem) => {
    expect(recordFacts(parsedRecord(value))).toMatchObject({ problem });
  });

  it("makes no dead letter when the body is lost: the queue's own redrive policy moves the record", () => {
    const record = parsedRecord({ job: 1n });
    expect(() => deadLetter(record, new PoisonRecordError("why"))).toThrow(TypeError);
  });
});

describe("readBody", () => {
  const listOf = (values: number, value: string) => `{"a":[${Array(values).fill(value).join()}]}`;

  it.each(['""', "1.0", "null"])("takes 100,000 values of %s and no more", (value) => {
    expect(readBody(listOf(99_998, value)).body).toBeDefined();
    expect(readBody(listOf(100_001, value))).toMatchObject({
      problem: "holds more than 100000 JSON values",
    });
  });

  it("does not read a text that is larger than a message", () => {
    expect(readBody(`{"a":"${"x".repeat(1_048_576)}"}`)).toMatchObject({
      problem: "must be at most 1048576 bytes, got 1048584",
    });
  });
});
