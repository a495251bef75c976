import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { endsWell, invoke } from "./crash-cell.ts";
import { killedAt } from "./killable-sandbox.ts";
import { CALLS, type Mishap, POINTS, type Point, traveller } from "./points.ts";
import { refuseRequeues, SUBSETS } from "./refused-entries.ts";
import { runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

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

/** How long the queues of these tests hide a message. */
const HIDDEN_MS = 43_201_000;

/** The other sandbox receives what is visible now, and processes it to the end. */
const receiveInSecond = async (event?: SQSEvent): Promise<Mishap> => {
  const { world, second } = sandboxes;
  const batch = event ?? (await world.queues.event());
  expect(batch.Records.length).toBeGreaterThanOrEqual(5);
  await world.acknowledge(batch, await invoke(second, batch));
  return "none";
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
    await runCell(sandboxes, point, (_cell, event) => receiveInSecond(event));
  });

  it.each(POINTS)("after its visibility timeout, at: %s", async (point) => {
    await runCell(sandboxes, point, () => {
      sandboxes.world.queues.advance(HIDDEN_MS);
      return receiveInSecond();
    });
  });

  it.each(POINTS.flatMap((point) => [-5, 5].map((seconds) => [point, seconds] as const)))(
    "at: %s, with a clock that is wrong by %i s",
    async (point, seconds) => {
      await runCell(sandboxes, point, async (_cell, event) => {
        const now = Date.now();
        vi.setSystemTime(now + seconds * 1000);
        const mishap = await receiveInSecond(event);
        vi.setSystemTime(now);
        return mishap;
      });
    },
  );
});

describe("the built poller, when some of ten requeues are refused", () => {
  it.each(SUBSETS)("the subset %i", (mask) => refuseRequeues(sandboxes, mask));
});
