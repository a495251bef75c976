import { describe, expect, it } from "vitest";
import { MAX_QUEUED_OUTCOME_BYTES, outcomeMessage } from "../../../lib/deliveries/queue.ts";
import type { JsonObject } from "../../../lib/json/json.ts";
import { type Outcome, outcomeOf } from "../../../lib/outcome/outcome.ts";
import { fitOutcome } from "../../../lib/outcome/outcome-json.ts";
import { messageSize } from "../../../lib/sqs/outgoing-message.ts";

const POLL = { pollId: "p", retryCount: 3, startedAt: Date.UTC(2026, 0, 1) };
const LATER = Date.UTC(2026, 0, 2);
const MIB = 1_048_576;

const outcomeWith = (parts: Partial<Outcome>): Outcome => ({
  ...outcomeOf(POLL, { status: "succeeded" }, LATER),
  ...parts,
});

const message = (outcome: JsonObject) =>
  outcomeMessage({ outcome, json: fitOutcome(outcome, MAX_QUEUED_OUTCOME_BYTES) });

describe("outcomeMessage", () => {
  it("has status and pollId as message attributes, too", () => {
    const { body, attributes } = message(outcomeWith({}));
    expect(JSON.parse(body)).toEqual(outcomeWith({}));
    expect(attributes).toEqual({
      status: { DataType: "String", StringValue: "succeeded" },
      pollId: { DataType: "String", StringValue: "p" },
    });
  });

  it.each([{}, { status: 7, pollId: null }, { status: "", pollId: "" }])(
    "leaves out attributes that a composer's own outcome does not have: %j",
    (outcome) =>
      expect(message(outcome)).toEqual({ body: JSON.stringify(outcome), attributes: {} }),
  );

  it.each([MIB - 100, MIB, MIB + 10])(
    "fits into an SQS message with its attributes, given a body of %s bytes",
    (bytes) => {
      const body = "é".repeat(bytes / 2);
      const sent = message(outcomeWith({ response: { status: 200, headers: {}, body } }));
      expect(messageSize(sent)).toBeLessThanOrEqual(MIB);
      expect(JSON.parse(sent.body)).toMatchObject({ status: "succeeded", truncated: true });
    },
  );
});
