import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endsWell, invoke, whenAt } from "./crash-cell.ts";
import { killedAt } from "./killable-sandbox.ts";
import { ABORT_POINTS, type Mishap, POINTS, type Point, traveller } from "./points.ts";
import { runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

let sandboxes: TwoSandboxes;
beforeAll(async () => {
  sandboxes = await startTwoSandboxes();
});
afterAll(() => sandboxes[Symbol.asyncDispose]());

const stopsOf = (pollId: string) => sandboxes.world.requests.get(`stop-${pollId}`) ?? 0;

/** Submits polls that are cancelled before a message has claimed them. */
const submitCancelled = async (): Promise<{ cell: string; pollId: string; event: SQSEvent }> => {
  const { world, newCell } = sandboxes;
  const cell = newCell();
  const event = await world.submit(cell, { abort: true });
  const pollId = `pending-${cell}`;
  expect(await world.cancel(pollId)).toBe(true);
  return { cell, pollId, event };
};

describe("a poll that is cancelled while the built poller is", () => {
  it.each(POINTS)("at: %s", async (point) => {
    const { world } = sandboxes;
    const cancelled = new Set<string>();
    const cancel = async (cell: string): Promise<Mishap> => {
      const pollId = `${traveller(point)}-${cell}`;
      if (await world.cancel(pollId)) cancelled.add(pollId);
      return "none";
    };
    await runCell(sandboxes, point, cancel, { cancelled });
    const isOver = point.startsWith("outcome");
    expect(cancelled.size, "polls that had not ended").toBe(isOver ? 0 : 1);
    for (const pollId of cancelled) {
      if (pollId.startsWith("pending")) expect(stopsOf(pollId), "aborts").toBe(1);
    }
  });
});

describe("a cancelled poll, when the built poller", () => {
  it.each(ABORT_POINTS)("is killed at: %s", async (point) => {
    const { world, second } = sandboxes;
    const { cell, pollId, event } = await submitCancelled();
    await killedAt(point, cell, event, world);
    await endsWell(world, second, cell, { mayBeUnknown: true, cancelled: new Set([pollId]) });
    expect(stopsOf(pollId)).toBe(point === "abort sent" ? 1 : 0);
  });

  const mishaps = ["refused", "ambiguous"] as const;
  it.each(ABORT_POINTS.flatMap((point) => mishaps.map((mishap) => [point, mishap] as const)))(
    "has no answer at: %s (%s)",
    async (point: Point, mishap) => {
      const { world, first, second } = sandboxes;
      const { cell, pollId, event } = await submitCancelled();
      const happening = whenAt(point, cell, () => mishap);
      world.atPoint = happening.atPoint;
      await world.queues.acknowledge(event, await invoke(first, event));
      expect(happening.times).toBe(1);
      await endsWell(world, second, cell, { mayBeUnknown: false, cancelled: new Set([pollId]) });
      expect(stopsOf(pollId)).toBe(1);
    },
  );
});
