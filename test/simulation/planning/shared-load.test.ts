import { expect, it } from "vitest";
import { reportShares, shareLoad } from "./shared-load.ts";

const LOAD = {
  ...{ polls: 600_000, stacks: 2, sample: 1000, intervalSeconds: 30, latencyMs: 200 },
  isFenced: true,
};

it("splits living polls by the hash of their pollId, and multiplies what a sample needs", async () => {
  const shares = await shareLoad(LOAD);
  expect(shares).toHaveLength(2);
  expect(shares[0]?.polls).toBeGreaterThan(250_000);
  expect((shares[0]?.polls ?? 0) + (shares[1]?.polls ?? 0)).toBe(600_000);
  for (const { polls, requestsPerSecond, writesPerSecond } of shares) {
    expect(requestsPerSecond).toBe(polls / 30);
    // Three claims and one decision for three requests.
    expect(writesPerSecond).toBeCloseTo((requestsPerSecond * 4) / 3, 5);
  }
  expect(reportShares(LOAD, shares)).toContain("the plan: 300000 polls, 10000 requests/s");
});
