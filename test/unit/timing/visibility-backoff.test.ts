import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureDelaySeconds } from "../../../lib/timing/visibility-backoff.ts";

const delays = (random: number) => [1, 2, 3, 4, 5].map((n) => failureDelaySeconds(n, () => random));
const sum = (seconds: readonly number[]) => seconds.reduce((total, each) => total + each, 0);

describe("failureDelaySeconds", () => {
  it("grows from seconds to more than an hour; jitter varies the last quarter", () => {
    expect(delays(0)).toEqual([4, 60, 900, 4200, 4200]);
    expect(delays(0.999)).toEqual([3, 45, 675, 3151, 3151]);
  });

  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it("lets five receives span an outage of an hour", () => {
    fc.assert(
      fc.property(randoms, (random) => {
        expect(sum(delays(random).slice(0, 4))).toBeGreaterThan(3600);
      }),
    );
  });

  it("is a whole number of seconds from 1 to 4200, however often a record was received", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 1_000_000 }), randoms, (receiveCount, random) => {
        const seconds = failureDelaySeconds(receiveCount, () => random);
        expect(seconds).toSatisfy(Number.isInteger);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(4200);
      }),
    );
  });
});
