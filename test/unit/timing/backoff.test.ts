import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Backoff, backoffDelaySeconds } from "../../../lib/timing/backoff.ts";

const sequence = (delaySeconds: number, backoff: Backoff, random: number) =>
  [0, 1, 2, 3, 4, 5].map((n) => backoffDelaySeconds(delaySeconds, backoff, n, () => random));

describe("backoffDelaySeconds", () => {
  it.each([
    { name: "fixed", rate: 1, jitter: "equal", random: 0.1, delays: [30, 30, 30, 30, 30, 30] },
    {
      name: "doubling",
      rate: 2,
      jitter: "none",
      random: 0.1,
      delays: [30, 60, 120, 200, 200, 200],
    },
    { name: "full, least", rate: 2, jitter: "full", random: 0, delays: [0, 0, 0, 0, 0, 0] },
    {
      name: "full, half",
      rate: 2,
      jitter: "full",
      random: 0.5,
      delays: [15, 30, 60, 100, 100, 100],
    },
    {
      name: "equal, least",
      rate: 2,
      jitter: "equal",
      random: 0,
      delays: [15, 30, 60, 100, 100, 100],
    },
    {
      name: "equal, half",
      rate: 2,
      jitter: "equal",
      random: 0.5,
      delays: [22.5, 45, 90, 150, 150, 150],
    },
  ] as const)("$name: $delays", ({ rate, jitter, random, delays }) => {
    expect(sequence(30, { rate, jitter, maxDelaySeconds: 200 }, random)).toEqual(delays);
  });

  const backoffs = fc.record({
    rate: fc.double({ min: 1, max: 10, noNaN: true }),
    maxDelaySeconds: fc.double({ min: 1, max: 43_200, noNaN: true }),
    jitter: fc.constantFrom("full" as const, "equal" as const, "none" as const),
  });
  const delays = fc.double({ min: 0, max: 43_200, noNaN: true });
  const counts = fc.integer({ min: 0, max: 100_000 });
  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it("stays within the bounds of its jitter and below the maximum, whatever the retry count", () => {
    fc.assert(
      fc.property(delays, backoffs, counts, randoms, (delay, backoff, count, random) => {
        const whole = backoffDelaySeconds(delay, { ...backoff, jitter: "none" }, count, () => 0);
        const waits = backoffDelaySeconds(delay, backoff, count, () => random);
        const least = { full: 0, equal: whole / 2, none: whole }[backoff.jitter];
        expect(whole).toBeLessThanOrEqual(backoff.maxDelaySeconds);
        expect(waits).toBeGreaterThanOrEqual(least);
        expect(waits).toBeLessThanOrEqual(whole);
      }),
      {
        examples: [
          [5e-324, { rate: 2, maxDelaySeconds: 900, jitter: "equal" }, 0, 1 - 2 ** -53],
          [15e-324, { rate: 2, maxDelaySeconds: 900, jitter: "equal" }, 0, 1 - 2 ** -53],
        ],
      },
    );
  });

  it("with rate 1 is fixed: no jitter, no growth", () => {
    fc.assert(
      fc.property(delays, backoffs, counts, randoms, (delay, backoff, count, random) => {
        const waits = backoffDelaySeconds(delay, { ...backoff, rate: 1 }, count, () => random);
        expect(waits).toBe(Math.min(delay, backoff.maxDelaySeconds));
      }),
    );
  });

  it("stays 0 for a delay of 0, even if rate^n is Infinity", () => {
    const backoff = { rate: 10, maxDelaySeconds: 900, jitter: "none" } as const;
    expect(backoffDelaySeconds(0, backoff, 100_000, () => 0)).toBe(0);
    expect(backoffDelaySeconds(1, backoff, 100_000, () => 0)).toBe(900);
  });
});
