import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Completed, completed } from "../../../lib/batch/record-result.ts";
import { packOutcome, unpackOutcome } from "../../../lib/fence/packed-outcome.ts";
import { isJsonObject, type JsonObject, parseJsonExactly } from "../../../lib/json/json.ts";
import type { Outcome } from "../../../lib/outcome/outcome.ts";
import { fitOutcome, writtenOutcome } from "../../../lib/outcome/outcome-json.ts";
import { anyText } from "../../support/any-text.ts";

const OUTCOME: Outcome = {
  outcomeId: "p@2026-01-01T00:00:00.000Z",
  pollId: "p",
  status: "succeeded",
  retryCount: 3,
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: "2026-01-01T00:01:00.000Z",
};
const MESSAGE_BYTES = 1_048_576;
const written = (outcome: JsonObject): Completed => ({
  kind: "completed",
  ...writtenOutcome(outcome, MESSAGE_BYTES),
});
const ITEM_BYTES = 400 * 1024;
const incompressible = (bytes: number) => randomBytes(bytes).toString("base64").slice(0, bytes);

describe("packOutcome", () => {
  it("returns exactly the text that is delivered without a fence", () => {
    fc.assert(
      fc.property(fc.json(), anyText(), (context, result) => {
        const exact = parseJsonExactly(`{"context":${context}}`);
        const outcome = { ...OUTCOME, result, ...(isJsonObject(exact) ? exact : {}) };
        const body = fitOutcome(outcome, MESSAGE_BYTES);
        expect(unpackOutcome(packOutcome(completed(outcome)))).toBe(body);
        expect(unpackOutcome(packOutcome(written(outcome)))).toBe(body);
      }),
    );
  });

  it("stores nothing for a record that completed without an outcome", () => {
    expect(unpackOutcome(packOutcome(completed()))).toBeUndefined();
  });

  it("packs an outcome as large as a message whole, if it can be compressed", () => {
    const outcome = { ...OUTCOME, result: "ready ".repeat(170_000) };
    const packed = packOutcome(completed(outcome));
    expect(packed.byteLength).toBeLessThan(ITEM_BYTES / 10);
    expect(unpackOutcome(packed)).toBe(fitOutcome(outcome, MESSAGE_BYTES));
  });

  it.each([
    ["response.body", { response: { status: 200, headers: {}, body: incompressible(600_000) } }],
    ["result", { result: incompressible(700_000) }],
    ["context", { context: incompressible(800_000) }],
  ])("drops an incompressible %s that an item cannot hold, and says so", (_part, large) => {
    const packed = packOutcome(completed({ ...OUTCOME, ...large }));
    expect(packed.byteLength).toBeLessThan(ITEM_BYTES - 4096);
    expect(JSON.parse(unpackOutcome(packed) ?? "")).toMatchObject({ ...OUTCOME, truncated: true });
  });

  it("drops the same part of an outcome given as text, and keeps the digits of the rest", () => {
    const context = parseJsonExactly(
      `{"nth":12345678901234567890,"deep":${"[".repeat(63)}1${"]".repeat(63)}}`,
    );
    const outcome = { ...OUTCOME, context, result: incompressible(700_000) };
    const text = unpackOutcome(packOutcome(written(outcome)));
    expect(text).toBe(unpackOutcome(packOutcome(completed(outcome))));
    expect(text).toContain('"nth":12345678901234567890');
  });

  it("leaves room in the item for the rest of the row, whatever the size of the outcome", () => {
    for (let bytes = 370_000; bytes < 560_000; bytes += 10_000) {
      const packed = packOutcome(completed({ ...OUTCOME, result: incompressible(bytes) }));
      expect(packed.byteLength).toBeLessThan(ITEM_BYTES - 4096);
    }
  });

  it("refuses an outcome that does not fit even with parts dropped", () => {
    const outcome = { ...OUTCOME, note: incompressible(600_000) };
    expect(() => packOutcome(completed(outcome))).toThrow(RangeError);
  });
});
