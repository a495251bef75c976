import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonExactly } from "../../../lib/json/json.ts";
import { type Outcome, outcomeOf } from "../../../lib/outcome/outcome.ts";
import { fitOutcome, writtenOutcome } from "../../../lib/outcome/outcome-json.ts";

const POLL = { pollId: "p", retryCount: 3, startedAt: Date.UTC(2026, 0, 1) };
const LATER = Date.UTC(2026, 0, 2);
const MIB = 1_048_576;

const outcomeWith = (parts: Partial<Outcome>): Outcome => ({
  ...outcomeOf(POLL, { status: "succeeded" }, LATER),
  ...parts,
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

  it("leaves out what the API said of a failure together with the result", () => {
    const error = { name: "FailureMatched", message: "m", reason: part("e") };
    const failed = outcomeWith({
      status: "failed",
      error,
      context: 7,
      resultUrl: "https://a.example/r",
    });
    expect(JSON.parse(fitOutcome(failed, MIB))).toMatchObject({ error });
    expect(JSON.parse(fitOutcome(failed, 900))).toEqual({
      ...failed,
      error: { name: "FailureMatched", message: "m" },
      truncated: true,
    });
    expect(writtenOutcome(failed, MIB)).toMatchObject({
      outcome: {
        error: { name: "FailureMatched", message: "m" },
        resultUrl: "https://a.example/r",
      },
      json: JSON.stringify(failed),
    });
    expect(writtenOutcome(failed, MIB).outcome.error).not.toHaveProperty("reason");
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

describe("fitOutcome for an outcome that is already JSON text", () => {
  const large = outcomeWith({ result: "r".repeat(2000), context: { kept: true } });
  const written = fitOutcome(large, MIB);

  it("returns the text unchanged if it fits", () => {
    expect(fitOutcome({ pollId: "p" }, written.length, written)).toBe(written);
  });

  it("cuts the outcome in the text if it does not fit", () => {
    expect(fitOutcome({ pollId: "p" }, 1500, written)).toBe(fitOutcome(large, 1500));
  });
});
