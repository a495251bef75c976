import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureDelaySeconds } from "../../../lib/batch/visibility-backoff.ts";

const delays = (random: number) => [1, 2, 3, 4, 5].map((n) => failureDelaySeconds(n, () => random));

describe("failureDelaySeconds", () => {
  it("doubles with each receive, the upper half spread by jitter", () => {
    expect(delays(0)).toEqual([2, 4, 8, 16, 32]);
    expect(delays(0.999)).toEqual([4, 8, 16, 32, 64]);
  });

  it("is a whole number of seconds from 1 to 900, however often a record was received", () => {
    const receives = fc.integer({ min: -1, max: 1_000_000 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(receives, random, (receiveCount, r) => {
        const seconds = failureDelaySeconds(receiveCount, () => r);
        expect(seconds).toSatisfy(Number.isInteger);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(900);
      }),
    );
  });
});
