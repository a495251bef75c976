import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Deadline, deadlineOf, timeForRequest } from "../../../lib/batch/deadline.ts";

const left = (remainingMs: number, budgetMs: number): Deadline => ({
  budgetMs,
  remainingMs: () => remainingMs,
});

describe("deadlineOf", () => {
  it.each([
    { functionMs: 900_000, budgetMs: 890_000 },
    { functionMs: 120_000, budgetMs: 110_000 },
    { functionMs: 40_000, budgetMs: 30_000 },
    { functionMs: 3000, budgetMs: 2250 },
    { functionMs: 0, budgetMs: 0 },
    { functionMs: -5, budgetMs: 0 },
  ])("gives the records $budgetMs ms when the function has $functionMs ms left", (row) => {
    expect(deadlineOf(row.functionMs, () => 0).budgetMs).toBe(row.budgetMs);
  });

  it("counts down with the clock, but never below 0", () => {
    let now = 5000;
    const deadline = deadlineOf(40_000, () => now);
    const remaining = [0, 10_000, 29_999, 30_000, 99_000].map((elapsed) => {
      now = 5000 + elapsed;
      return deadline.remainingMs();
    });
    expect(remaining).toEqual([30_000, 20_000, 1, 0, 0]);
  });
});

describe("timeForRequest", () => {
  it.each([
    { timeoutMs: 10_000, remainingMs: 110_000, may: 10_000 },
    { timeoutMs: 10_000, remainingMs: 10_000, may: 10_000 },
    { timeoutMs: 10_000, remainingMs: 9999, may: undefined },
    { timeoutMs: 10_000, remainingMs: 0, may: undefined },
  ])("with $remainingMs ms left, a request with a timeout of $timeoutMs ms gets $may", (row) => {
    const deadline = left(row.remainingMs, 110_000);
    expect(timeForRequest(row.timeoutMs, deadline)).toBe(row.may);
  });

  it("cuts a timeout longer than any invocation, so that the request times out before the batch ends", () => {
    expect(timeForRequest(60_000, left(2250, 2250))).toBe(2025);
    expect(timeForRequest(60_000, left(2025, 2250))).toBe(2025);
    expect(timeForRequest(60_000, left(1000, 2250))).toBeUndefined();
  });

  it("starts any request in a fresh invocation, and lets none run past the deadline", () => {
    const ms = fc.integer({ min: 1, max: 900_000 });
    fc.assert(
      fc.property(ms, fc.integer({ min: 100, max: 60_000 }), ms, (functionMs, timeoutMs, spent) => {
        let now = 0;
        const deadline = deadlineOf(functionMs, () => now);
        expect(timeForRequest(timeoutMs, deadline)).toBeGreaterThan(0);
        now = spent;
        expect(timeForRequest(timeoutMs, deadline) ?? 0).toBeLessThanOrEqual(
          Math.min(timeoutMs, deadline.remainingMs()),
        );
      }),
    );
  });
});
