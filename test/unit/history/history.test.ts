import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type HistoryStep,
  MAX_HISTORY_LENGTH,
  MAX_STEPS,
  readHistory,
  withStep,
} from "../../../lib/history/history.ts";

const LATEST_MS = 8_640_000_000_000_000;

const asked: fc.Arbitrary<HistoryStep> = fc.record(
  {
    kind: fc.constantFrom("start", "poll", "result", "delivery"),
    at: fc.integer({ min: 0, max: 36 ** 9 - 1 }),
    latencyMs: fc.integer({ min: 0, max: 900_000 }),
    status: fc.integer({ min: 100, max: 999 }),
    error: fc.stringMatching(/^[A-Za-z]\w{0,23}$/),
    waitSeconds: fc.integer({ min: 0, max: 43_200 }),
    waitReason: fc.constantFrom("backoff", "retry-after", "least-delay", "expiry", "next-step"),
  },
  { requiredKeys: ["kind", "at", "latencyMs"] },
);
const held: fc.Arbitrary<HistoryStep> = fc.record({
  kind: fc.constant("held"),
  at: fc.integer({ min: 0, max: 36 ** 9 - 1 }),
  latencyMs: fc.constant(0),
  waitSeconds: fc.integer({ min: 0, max: 43_200 }),
  waitReason: fc.constantFrom("host-pause", "no-time"),
});

const written = (steps: readonly HistoryStep[]) =>
  steps.reduce((history, step) => withStep(history, step), "");

/** A reason without a wait is not a step that the poller makes. */
const withoutBareReason = ({ waitReason, ...step }: HistoryStep): HistoryStep =>
  step.waitSeconds === undefined || waitReason === undefined ? step : { ...step, waitReason };

describe("a history", () => {
  it("keeps the last steps as they were", () => {
    fc.assert(
      fc.property(fc.array(asked.map(withoutBareReason), { maxLength: 50 }), (steps) => {
        expect(readHistory(written(steps))).toEqual(steps.slice(-MAX_STEPS));
      }),
    );
  });

  it("never becomes longer than what a message may carry, whatever the steps", () => {
    const any = fc.oneof(asked, held);
    fc.assert(
      fc.property(fc.array(any, { maxLength: 50 }), (steps) => {
        expect(written(steps).length).toBeLessThanOrEqual(MAX_HISTORY_LENGTH);
      }),
    );
  });

  it("says in one step that a poll was held several times", () => {
    const first = { kind: "poll", at: 1000, latencyMs: 20, status: 202 } as const;
    const hold = (at: number, waitSeconds: number): HistoryStep => ({
      ...{ kind: "held", at, latencyMs: 0, waitSeconds, waitReason: "host-pause" },
    });
    expect(readHistory(written([first, hold(2000, 10), hold(12_000, 30)]))).toEqual([
      first,
      hold(2000, 40),
    ]);
  });

  it("takes about 20 bytes per ordinary step", () => {
    const at = 1_795_000_000_000;
    const step = (n: number): HistoryStep => ({
      ...{ kind: "poll", at: at + n * 30_000, latencyMs: 120, status: 202 },
      ...{ waitSeconds: 30, waitReason: "backoff" },
    });
    const history = written(Array.from({ length: MAX_STEPS }, (_, n) => step(n)));
    expect(history.length / MAX_STEPS).toBeLessThanOrEqual(20);
  });

  it("never outgrows its message, whatever a sender has written before", () => {
    const step = { kind: "poll", at: 5, latencyMs: 1, status: 200 } as const;
    const forged = fc.oneof(
      fc.constant("x".repeat(MAX_HISTORY_LENGTH)),
      fc.string({ minLength: MAX_HISTORY_LENGTH - 30, maxLength: MAX_HISTORY_LENGTH }),
      fc.string(),
    );
    fc.assert(
      fc.property(forged, (history) => {
        const [first, second] = [withStep(history, step), withStep(withStep(history, step), step)];
        expect(Math.max(first.length, second.length)).toBeLessThanOrEqual(MAX_HISTORY_LENGTH);
        expect(readHistory(second)).toHaveLength(first.split(" ").length + 1);
      }),
    );
  });

  it("takes whatever a sender has written for an empty one, or leaves it out", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.string(), fc.stringMatching(/^[ sprdh.0-9a-z]*$/)),
        (forged) => {
          const step = { kind: "poll", at: 5, latencyMs: 1, status: 200 } as const;
          expect(readHistory(withStep(forged, step)).at(-1)).toEqual(step);
          for (const { at } of readHistory(forged)) expect(at).toBeLessThanOrEqual(LATEST_MS);
        },
      ),
    );
  });

  it("takes an error's name or code only, cut and without other characters", () => {
    const step = { kind: "poll", at: 5, latencyMs: 1, error: "1 Bad <b>name</b> 1 .x" } as const;
    expect(readHistory(withStep("", step))).toEqual([{ ...step, error: "Badbnameb1x" }]);
  });
});
