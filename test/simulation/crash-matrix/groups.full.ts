import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endsWell } from "./crash-cell.ts";
import { MEMBERS } from "./crash-world.ts";
import { killedAt } from "./killable-sandbox.ts";
import { AROUND_GROUP, GROUP_POINTS } from "./points.ts";
import { receiveInSecond, runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

let sandboxes: TwoSandboxes;
beforeAll(async () => {
  sandboxes = await startTwoSandboxes();
});
afterAll(() => sandboxes[Symbol.asyncDispose]());

/** How long the queues of these tests hide a message. */
const HIDDEN_MS = 43_201_000;
const TIMEOUT_MS = 2000;

describe("a group whose last polls end while the built poller", () => {
  it.each(AROUND_GROUP)("is killed at: %s", async (point) => {
    const { world, second, newCell } = sandboxes;
    const cell = newCell();
    await killedAt(point, cell, await world.submit(cell, { group: true }), world);
    await endsWell(world, second, cell, { mayBeUnknown: true, hasGroup: true });
  });

  it.each(GROUP_POINTS)("has each answer lost at: %s", async (point) => {
    const options = { group: true, mostTimes: 100 };
    const failed = await runCell(sandboxes, point, () => "refused", options);
    // The note is only there to send the message no second time.
    expect(failed.toSorted()).toEqual(point === "group noted" ? [] : MEMBERS.toSorted());
  });

  it.each(GROUP_POINTS)("gets no answer at: %s", async (point) => {
    const options = { group: true, mostTimes: 100, remainingMs: TIMEOUT_MS };
    await runCell(sandboxes, point, () => "hang", options);
  });

  it.each(AROUND_GROUP)("is handed it again after its visibility timeout at: %s", async (point) => {
    const again = () => {
      sandboxes.world.queues.advance(HIDDEN_MS);
      return receiveInSecond(sandboxes);
    };
    await runCell(sandboxes, point, again, { group: true });
  });
});
