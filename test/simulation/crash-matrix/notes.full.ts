import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endsWell } from "./crash-cell.ts";
import { killedAt } from "./killable-sandbox.ts";
import { CALLS, type Mishap, NOTE_POINTS, POINTS, type Point, traveller } from "./points.ts";
import { runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

let sandboxes: TwoSandboxes;
beforeAll(async () => {
  sandboxes = await startTwoSandboxes("answers");
});
afterAll(() => sandboxes[Symbol.asyncDispose]());

const ALL_POINTS: readonly Point[] = [...POINTS, ...NOTE_POINTS];
const TIMEOUT_MS = 2000;

describe("the built poller, whose rows are written after each answer", () => {
  it.each(ALL_POINTS)("is killed at: %s", async (point) => {
    const { world, second, newCell } = sandboxes;
    const cell = newCell();
    await killedAt(point, cell, await world.submit(cell), world);
    await endsWell(world, second, cell, { mayBeUnknown: true });
  });

  it.each([...CALLS, ...NOTE_POINTS])("has no effect, at every attempt, at: %s", async (point) => {
    const failed = await runCell(sandboxes, point, () => "refused", { mostTimes: 100 });
    if (isNote(point)) expect(failed).toEqual([]);
  });

  it.each([...CALLS, ...NOTE_POINTS])("gets no answer after its effect, at: %s", async (point) => {
    const failed = await runCell(sandboxes, point, () => "ambiguous");
    if (isNote(point)) expect(failed).toEqual([]);
  });

  it.each(NOTE_POINTS)(
    "ends before the function's timeout, without an answer at: %s",
    async (point) => {
      await runCell(sandboxes, point, () => "hang", { mostTimes: 100, remainingMs: TIMEOUT_MS });
    },
  );

  it.each(ALL_POINTS)("has its poll cancelled at: %s", async (point) => {
    const { world } = sandboxes;
    const cancelled = new Set<string>();
    const cancel = async (cell: string): Promise<Mishap> => {
      const pollId = `${traveller(point)}-${cell}`;
      if (await world.cancel(pollId)) cancelled.add(pollId);
      return "none";
    };
    await runCell(sandboxes, point, cancel, { cancelled });
    expect(cancelled.size).toBe(point.startsWith("outcome") ? 0 : 1);
  });

  it("says in the row that a poll waits as soon as that is noted", async () => {
    const { world } = sandboxes;
    let noted = "";
    await runCell(sandboxes, "wait noted", async (cell): Promise<Mishap> => {
      noted = (await world.status(`pending-${cell}`)).state;
      return "ambiguous";
    });
    expect(noted).toBe("waiting");
  });
});

function isNote(point: Point): boolean {
  return NOTE_POINTS.some((note) => note === point);
}
