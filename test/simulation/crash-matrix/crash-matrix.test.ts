import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endsWell } from "./crash-cell.ts";
import { killedAt } from "./killable-sandbox.ts";
import { CALLS, POINTS, type Point, traveller } from "./points.ts";
import { refuseRequeues } from "./refused-entries.ts";
import { receiveInSecond, runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

let sandboxes: TwoSandboxes;
beforeAll(async () => {
  sandboxes = await startTwoSandboxes();
});
afterAll(() => sandboxes[Symbol.asyncDispose]());

/** The polls that a failure at a point affects: outcomes are delivered together, and requeues sent together. */
const concerned = (point: Point): readonly string[] => {
  if (point === "outcome delivered") return ["done", "failing", "bystander"];
  return point === "judged" || point === "requeue sent"
    ? ["pending", "starting"]
    : [traveller(point)];
};

describe("the built poller, killed", () => {
  it.each(POINTS)("at: %s", async (point) => {
    const { world, second, newCell } = sandboxes;
    const cell = newCell();
    await killedAt(point, cell, await world.submit(cell), world);
    await endsWell(world, second, cell, { mayBeUnknown: true });
  });
});

describe("the built poller, when a call fails", () => {
  it.each(CALLS)("without an effect, at every attempt, at: %s", async (point) => {
    const failed = await runCell(sandboxes, point, () => "refused", { mostTimes: 100 });
    expect(concerned(point)).toEqual(expect.arrayContaining([...failed]));
  });

  it.each(CALLS)("after its effect, with its answer lost, at: %s", async (point) => {
    const failed = await runCell(sandboxes, point, () => "ambiguous");
    expect(concerned(point)).toEqual(expect.arrayContaining([...failed]));
  });
});

describe("the built poller, when the same batch is delivered again", () => {
  it.each(POINTS)("at once, at: %s", async (point) => {
    await runCell(sandboxes, point, (_cell, event) => receiveInSecond(sandboxes, event));
  });
});

describe("the built poller, when some of ten requeues are refused", () => {
  it.each([1, 1022, 1023])("the subset %i", (mask) => refuseRequeues(sandboxes, mask));
});
