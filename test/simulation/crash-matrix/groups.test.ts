import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AROUND_GROUP, GROUP_POINTS } from "./points.ts";
import { receiveInSecond, runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

let sandboxes: TwoSandboxes;
beforeAll(async () => {
  sandboxes = await startTwoSandboxes();
});
afterAll(() => sandboxes[Symbol.asyncDispose]());

describe("a group whose last polls end while the built poller", () => {
  it.each(GROUP_POINTS)("has the answer lost at: %s", async (point) => {
    const failed = await runCell(sandboxes, point, () => "ambiguous", { group: true });
    expect(failed).toEqual([]);
  });

  it.each(AROUND_GROUP)("is handed the same batch again at: %s", async (point) => {
    const again = (_cell: string, event: Parameters<typeof receiveInSecond>[1]) =>
      receiveInSecond(sandboxes, event);
    await runCell(sandboxes, point, again, { group: true });
  });
});
