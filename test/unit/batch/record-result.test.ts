import { describe, expect, it } from "vitest";
import {
  completed,
  held,
  isPoison,
  isRecordResult,
  PoisonRecordError,
  pending,
} from "../../../lib/batch/record-result.ts";

describe("what a handler returns", () => {
  it.each([
    [pending(), { kind: "pending", delaySeconds: 0 }],
    [pending({ delaySeconds: 0.5 }), { kind: "pending", delaySeconds: 0.5 }],
    [pending({ body: { a: 1 } }), { kind: "pending", delaySeconds: 0, body: { a: 1 } }],
    [held(), { kind: "held", delaySeconds: 0 }],
    [held({ delaySeconds: 43_200 }), { kind: "held", delaySeconds: 43_200 }],
    [completed(), { kind: "completed" }],
    [completed({ order: 7 }), { kind: "completed", outcome: { order: 7 } }],
  ])("%j", (result, expected) => {
    expect(result).toStrictEqual(expected);
    expect(isRecordResult(result)).toBe(true);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, -0.001])("refuses a delay of %s", (delay) => {
    expect(() => pending({ delaySeconds: delay })).toThrow(/^pending\(\{ delaySeconds \}\)/);
    expect(() => held({ delaySeconds: delay })).toThrow(/^held\(\{ delaySeconds \}\)/);
    expect(() => held({ delaySeconds: delay })).toThrow(RangeError);
  });

  it("shows a delay that is a string as one", () => {
    const options: { delaySeconds: number } = JSON.parse('{"delaySeconds":"3"}');
    expect(() => pending(options)).toThrow('got the string "3"');
  });
});

describe("isRecordResult", () => {
  it.each([
    undefined,
    null,
    true,
    "pending",
    {},
    [],
    { kind: "done" },
    { kind: "pending" },
    { kind: "held", delaySeconds: -1 },
    { kind: "pending", delaySeconds: Number.NaN },
    { kind: "pending", delaySeconds: "30" },
  ])("refuses %j, which pending(), held() or completed() did not make", (value) => {
    expect(isRecordResult(value)).toBe(false);
  });
});

describe("PoisonRecordError", () => {
  it("has the status poison by default", () => {
    expect(new PoisonRecordError("why").status).toBe("poison");
    expect(new PoisonRecordError("why", { status: "failed" }).status).toBe("failed");
  });

  it("keeps its cause", () => {
    const cause = new Error("below");
    expect(new PoisonRecordError("why", { cause }).cause).toBe(cause);
  });

  it("is recognised by its name, so that another copy of this package may throw it", () => {
    const foreign = Object.assign(new Error("why"), { name: "PoisonRecordError" });
    expect(isPoison(foreign)).toBe(true);
    expect(isPoison(new PoisonRecordError("why"))).toBe(true);
    expect(isPoison(new Error("why"))).toBe(false);
    expect(isPoison({ name: "PoisonRecordError" })).toBe(false);
    expect(isPoison(undefined)).toBe(false);
  });
});
