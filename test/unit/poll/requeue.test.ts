import { describe, expect, it } from "vitest";
import { held, pending, type RecordResult } from "../../../lib/batch/record-result.ts";
import { nextBody, nextPollMessage, type RequeueStep } from "../../../lib/poll/message/next.ts";
import { planRequeue } from "../../../lib/poll/requeue.ts";
import { type RecordParts, SENT_AT, sqsRecord } from "../../kit/records.ts";

const SETTLED = SENT_AT + 60_000;

const plan = (
  parts: RecordParts,
  result: Exclude<RecordResult, { kind: "completed" }>,
  sentAfterMs = 0,
) => planRequeue(sqsRecord(parts), result, SETTLED, SETTLED + sentAfterMs, nextBody);

function sent(...args: Parameters<typeof plan>) {
  const requeue = plan(...args);
  if (requeue.kind !== "send") throw new Error(`not sent: ${requeue.kind}`);
  return requeue.message;
}

describe("the delay counts from when the record settled, not from when the batch ended", () => {
  it.each([
    { delaySeconds: 30, sentAfterMs: 0, delay: 30 },
    { delaySeconds: 30, sentAfterMs: 10_000, delay: 20 },
    { delaySeconds: 30, sentAfterMs: 10_001, delay: 20 },
    { delaySeconds: 30, sentAfterMs: 9999, delay: 21 },
    { delaySeconds: 30, sentAfterMs: 30_000, delay: 0 },
    { delaySeconds: 30, sentAfterMs: 90_000, delay: 0 },
    { delaySeconds: 0, sentAfterMs: 0, delay: 0 },
    { delaySeconds: 905, sentAfterMs: 5000, delay: 900 },
  ])("$delaySeconds s, sent $sentAfterMs ms later: $delay s", (row) => {
    for (const make of [pending, held]) {
      const message = sent({}, make({ delaySeconds: row.delaySeconds }), row.sentAfterMs);
      expect(message.delaySeconds).toBe(row.delay);
      expect(JSON.parse(message.body)).not.toHaveProperty("notBefore");
    }
  });

  it("a wait of more than 900 s has a notBefore, which the last hop leaves out", () => {
    const first = sent({}, pending({ delaySeconds: 1000 }));
    expect(first.delaySeconds).toBe(900);
    expect(JSON.parse(first.body)).toEqual({ retryCount: 1, notBefore: SETTLED + 1_000_000 });
    const last = sent({ body: first.body }, held({ delaySeconds: 1000 }), 900_000);
    expect(last.delaySeconds).toBe(100);
    expect(JSON.parse(last.body)).toEqual({ retryCount: 1 });
  });
});

it("keeps the wait of a record that is held before it is over, because the batch's time was up", () => {
  const waiting = { notBefore: SETTLED + 5_000_000 };
  const message = sent({ body: waiting }, held());
  expect([message.delaySeconds, JSON.parse(message.body)]).toEqual([900, waiting]);
  const soon = sent({ body: { notBefore: SETTLED + 60_000 } }, held());
  expect([soon.delaySeconds, JSON.parse(soon.body)]).toEqual([60, {}]);
  const ended = sent({ body: { ...waiting, undelivered: {} } }, held({ delaySeconds: 5 }));
  expect(ended.delaySeconds).toBe(5);
});

it("passes the end of the wait to nextBody in whole ms, however late the body is sent", () => {
  const steps: RequeueStep[] = [];
  const record = sqsRecord({ body: {} });
  for (const result of [pending({ delaySeconds: 30.0005 }), held({ delaySeconds: 2000 })]) {
    planRequeue(record, result, SETTLED, SETTLED + 90_000, (body, step) => {
      steps.push(step);
      return body;
    });
  }
  expect(steps).toMatchObject([
    { record, kind: "pending", dueAt: SETTLED + 30_001, settledAt: SETTLED },
    { record, kind: "held", dueAt: SETTLED + 2_000_000, settledAt: SETTLED },
  ]);
});

describe("the next body", () => {
  it.each([
    ["pending raises retryCount", '{"a":1,"retryCount":2}', pending(), '{"a":1,"retryCount":3}'],
    ["pending sets retryCount to 1", "{}", pending(), '{"retryCount":1}'],
    ["pending reads 3.0 as 3", '{"retryCount":3.0}', pending(), '{"retryCount":4}'],
    ["pending with a body", '{"a":1}', pending({ body: { b: 2 } }), '{"b":2,"retryCount":1}'],
    ["held uses no retry", '{"retryCount":2}', held(), '{"retryCount":2}'],
    ["digits are kept", '{"id":12345678901234567890}', held(), '{"id":12345678901234567890}'],
    ["an early record's notBefore is removed", '{"notBefore":5,"a":1}', held(), '{"a":1}'],
  ])("%s", (_, body, result, next) => {
    expect(sent({ body }, result).body).toBe(next);
  });

  it("is written in characters that SQS accepts", () => {
    expect(sent({ body: '{"a":"\\uffff\\ud800"}' }, held()).body).toBe('{"a":"\\uffff\\ud800"}');
  });

  it.each(["text", "", "[1]", '"text"', "1.0", "null", "{broken"])(
    "%j, not a JSON object, can be held unchanged but not be pending",
    (body) => {
      const message = sent({ body }, held({ delaySeconds: 1000 }));
      expect(message).toMatchObject({ body, delaySeconds: 900 });
      expect(() => plan({ body, messageId: "m-7" }, pending())).toThrow(
        /^record m-7 is pending, but/,
      );
      expect(() => plan({ body }, pending())).toThrow(TypeError);
    },
  );

  it("a text body can be pending if pending() gets a JSON object", () => {
    expect(sent({ body: "text" }, pending({ body: { text: "text" } })).body).toBe(
      '{"text":"text","retryCount":1}',
    );
  });
});

describe("a pending record that uses no retry", () => {
  const free = { ...pending({ delaySeconds: 5 }), usesNoRetry: true } as const;

  it("keeps its retryCount, and no limit of retries ends it", () => {
    const message = sent({ body: { maxRetries: 3, retryCount: 3 } }, free);
    expect(message).toMatchObject({ body: '{"maxRetries":3,"retryCount":3}', delaySeconds: 5 });
  });

  it("is due anew, as every pending record", () => {
    const record = sqsRecord({ body: { dueAt: 7 } });
    const requeue = planRequeue(record, free, SETTLED, SETTLED, nextPollMessage());
    expect(requeue.kind === "send" && JSON.parse(requeue.message.body)).toMatchObject({
      dueAt: SETTLED + 5000,
      sequence: 1,
    });
  });
});

describe("a composer's maxRetries", () => {
  it.each([
    { body: { maxRetries: 3 }, exhausted: false },
    { body: { maxRetries: 3, retryCount: 2 }, exhausted: false },
    { body: { maxRetries: 3, retryCount: 3 }, exhausted: true },
    { body: { maxRetries: 3, retryCount: 4 }, exhausted: true },
    { body: { maxRetries: 0 }, exhausted: true },
    { body: '{"maxRetries":3.0,"retryCount":3e0}', exhausted: true },
    { body: { retryCount: 1_000_000 }, exhausted: false },
    { body: { maxRetries: "3", retryCount: 3 }, exhausted: false },
    { body: { maxRetries: null, retryCount: 3 }, exhausted: false },
  ])("$body: exhausted $exhausted", ({ body, exhausted }) => {
    expect(plan({ body }, pending()).kind).toBe(exhausted ? "exhausted" : "send");
    expect(plan({ body }, held()).kind).toBe("send");
  });

  it("is read from the body that pending() was given", () => {
    const body = { maxRetries: 1, retryCount: 1 };
    expect(plan({ body: {} }, pending({ body })).kind).toBe("exhausted");
    expect(plan({ body }, pending({ body: {} })).kind).toBe("send");
  });

  it("when reached, gives an outcome from the message's own fields", () => {
    const body = { pollId: "p", maxRetries: 2, retryCount: 2, startedAt: 0, context: [1] };
    expect(plan({ body }, pending(), 5000)).toEqual({
      kind: "exhausted",
      outcome: {
        outcomeId: "p@1970-01-01T00:00:00.000Z",
        pollId: "p",
        status: "exhausted",
        retryCount: 2,
        startedAt: "1970-01-01T00:00:00.000Z",
        finishedAt: new Date(SETTLED + 5000).toISOString(),
        error: { name: "RetriesExhausted", message: "still pending after 2 retries" },
        context: [1],
      },
    });
  });

  it("when reached, uses messageId and sending time if the message has no pollId and start", () => {
    expect(plan({ body: { maxRetries: 0 }, messageId: "m-7" }, pending())).toMatchObject({
      outcome: { pollId: "m-7", startedAt: new Date(SENT_AT).toISOString(), retryCount: 0 },
    });
  });
});

describe("a requeue also keeps", () => {
  it("message attributes, including binary ones", () => {
    const { attributes } = sent(
      {
        messageAttributes: {
          tenant: { dataType: "String", stringValue: "t" },
          weight: { dataType: "Number.int", stringValue: "7" },
          key: { dataType: "Binary", binaryValue: "AP/+" },
        },
      },
      held(),
    );
    expect(attributes).toEqual({
      tenant: { DataType: "String", StringValue: "t" },
      weight: { DataType: "Number.int", StringValue: "7" },
      key: { DataType: "Binary", BinaryValue: Buffer.from([0x00, 0xff, 0xfe]) },
    });
  });

  it("a fair queue's MessageGroupId, if there is one", () => {
    const grouped = sent({ attributes: { MessageGroupId: "tenant-1" } }, pending());
    expect(grouped.groupId).toBe("tenant-1");
    expect(sent({}, pending())).not.toHaveProperty("groupId");
  });
});
