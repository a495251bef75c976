import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endsWell, whenAt } from "./crash-cell.ts";
import { killedAt } from "./killable-sandbox.ts";
import { ABORT_POINTS, type Mishap, POINTS, type Point, traveller } from "./points.ts";
import { runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

let sandboxes: TwoSandboxes;
beforeAll(async () => {
  sandboxes = await startTwoSandboxes();
});
afterAll(() => sandboxes[Symbol.asyncDispose]());

/** Runs a batch in a process that is killed at a point, at which the poll there is cancelled before. */
async function cancelledAndKilledAt(point: Point): Promise<void> {
  const { world, second, newCell } = sandboxes;
  const cell = newCell();
  const pollId = `${traveller(point)}-${cell}`;
  const cancelled = new Set<string>();
  const cancel = async () => {
    if (await world.cancel(pollId)) cancelled.add(pollId);
  };
  const event = await world.submit(cell, { abort: true });
  if (point === "received") await cancel();
  await killedAt(point, cell, event, world, cancel);
  if (point === "before the response") await cancel();
  await endsWell(world, second, cell, { mayBeUnknown: true, cancelled });
}

describe("a poll that is cancelled while the built poller is killed", () => {
  it.each(POINTS)("at: %s", cancelledAndKilledAt);
});

describe("a cancelled poll, when the built poller gets no answer", () => {
  it.each(ABORT_POINTS)("at: %s", async (point) => {
    const cancelled = new Set<string>();
    await runCell(
      sandboxes,
      "parsed",
      async (cell): Promise<Mishap> => {
        const pollId = `pending-${cell}`;
        if (await sandboxes.world.cancel(pollId)) cancelled.add(pollId);
        sandboxes.world.atPoint = whenAt(point, cell, () => "hang", 100).atPoint;
        return "none";
      },
      { cancelled },
    );
    expect(cancelled.size).toBe(1);
  });
});
