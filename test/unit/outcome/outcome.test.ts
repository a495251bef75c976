import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonExactly } from "../../../lib/json/json.ts";
import { endedBadly, fitOutcome, type Outcome, outcomeOf } from "../../../lib/outcome/outcome.ts";
import { outcomeMessage } from "../../../lib/outcome/outcome-message.ts";
import { messageSize } from "../../../lib/sqs/outgoing-message.ts";

const POLL = { pollId: "p", retryCount: 3, startedAt: Date.UTC(2026, 0, 1) };
const LATER = Date.UTC(2026, 0, 2);
const MIB = 1_048_576;

const outcomeWith = (parts: Partial<Outcome>): Outcome => ({
  ...outcomeOf(POLL, { status: "succeeded" }, LATER),
  ...parts,
});

describe("outcomeOf", () => {
  it("has the fields of the Outcome contract", () => {
    expect(outcomeOf({ ...POLL, context: null }, { status: "failed" }, LATER)).toEqual({
      outcomeId: "p@2026-01-01T00:00:00.000Z",
      pollId: "p",
      status: "failed",
      retryCount: 3,
      startedAt: "2026-01-01T00:00:00.000Z",
      finishedAt: "2026-01-02T00:00:00.000Z",
      context: null,
    });
  });

  it("has the same outcomeId whenever a poll is decided, and another one for another poll", () => {
    const idOf = (poll: typeof POLL, at: number) =>
      outcomeOf(poll, { status: "failed" }, at).outcomeId;
    expect(idOf({ ...POLL, retryCount: 9 }, LATER + 5)).toBe(idOf(POLL, LATER));
    expect(idOf({ ...POLL, pollId: "q" }, LATER)).not.toBe(idOf(POLL, LATER));
    expect(idOf({ ...POLL, startedAt: 0 }, LATER)).not.toBe(idOf(POLL, LATER));
  });
});

describe("endedBadly", () => {
  it.each([
    ["failed", true],
    ["exhausted", true],
    ["expired", true],
    ["succeeded", false],
    ["shipped", false],
    [undefined, false],
  ])("%s: %s", (status, expected) => expect(endedBadly({ status })).toBe(expected));
});

describe("fitOutcome", () => {
  const part = (name: string) => name.repeat(1000);
  const large = outcomeWith({
    response: { status: 200, headers: { etag: "e" }, body: part("b") },
    result: part("r"),
    context: part("c"),
  });
  const whole = fitOutcome(large, MIB).length;

  it.each([
    { room: whole, kept: ["body", "result", "context"], truncated: false },
    { room: whole - 1, kept: ["result", "context"], truncated: true },
    { room: whole - 1500, kept: ["context"], truncated: true },
    { room: whole - 2500, kept: [], truncated: true },
  ])("keeps $kept in $room bytes", ({ room, kept, truncated }) => {
    const text = fitOutcome(large, room);
    const fitted = JSON.parse(text);
    const { response, ...rest } = fitted;
    const left = { body: response.body, result: rest.result, context: rest.context };
    const names = Object.entries(left).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    );
    expect(names).toEqual(kept);
    expect(fitted.truncated).toBe(truncated ? true : undefined);
    expect(response).toMatchObject({ status: 200, headers: { etag: "e" } });
    expect(rest).toMatchObject({ pollId: "p", status: "succeeded", outcomeId: large.outcomeId });
    expect(text.length).toBeLessThanOrEqual(room);
  });

  it("ignores missing parts", () => {
    const fitted = JSON.parse(fitOutcome(outcomeWith({ context: part("c") }), 900));
    expect(fitted).toEqual({ ...outcomeWith({}), truncated: true });
  });

  it("throws when the outcome does not fit with all droppable parts gone", () => {
    expect(() => fitOutcome({ mine: part("m") }, 900)).toThrow(RangeError);
  });

  it("does not change the given outcome", () => {
    const before = structuredClone(large);
    fitOutcome(large, 1200);
    expect(large).toEqual(before);
  });

  it("never exceeds the limit in UTF-8 bytes, and drops parts only when needed", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 300 });
    const parts = fc.record({ body: text, result: text, context: text });
    fc.assert(
      fc.property(parts, fc.integer({ min: 400, max: 3000 }), ({ body, ...rest }, room) => {
        const outcome = outcomeWith({ ...rest, response: { status: 200, headers: {}, body } });
        const written = fitOutcome(outcome, room);
        expect(Buffer.byteLength(written)).toBeLessThanOrEqual(room);
        const fits = Buffer.byteLength(JSON.stringify(outcome)) <= room;
        expect("truncated" in JSON.parse(written)).toBe(!fits);
      }),
    );
  });

  it("keeps the digits of the context", () => {
    const context = parseJsonExactly('{"id":12345678901234567890,"price":1.10}');
    expect(fitOutcome(outcomeWith({ context }), MIB)).toContain(
      '"context":{"id":12345678901234567890,"price":1.10}',
    );
  });
});

describe("outcomeMessage", () => {
  it("has status and pollId as message attributes, too", () => {
    const { body, attributes } = outcomeMessage(outcomeWith({}));
    expect(JSON.parse(body)).toEqual(outcomeWith({}));
    expect(attributes).toEqual({
      status: { DataType: "String", StringValue: "succeeded" },
      pollId: { DataType: "String", StringValue: "p" },
    });
  });

  it.each([{}, { status: 7, pollId: null }, { status: "", pollId: "" }])(
    "leaves out attributes that a composer's own outcome does not have: %j",
    (outcome) =>
      expect(outcomeMessage(outcome)).toEqual({ body: JSON.stringify(outcome), attributes: {} }),
  );

  it.each([MIB - 100, MIB, MIB + 10])(
    "fits into an SQS message with its attributes, given a body of %s bytes",
    (bytes) => {
      const body = "é".repeat(bytes / 2);
      const message = outcomeMessage(outcomeWith({ response: { status: 200, headers: {}, body } }));
      expect(messageSize(message)).toBeLessThanOrEqual(MIB);
      expect(JSON.parse(message.body)).toMatchObject({ status: "succeeded", truncated: true });
    },
  );
});
