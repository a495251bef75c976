import { afterAll, beforeAll, describe, it, vi } from "vitest";
import { CALLS, POINTS } from "./points.ts";
import {
  refuseBackoffs,
  refuseDeadLetters,
  refuseOutcomes,
  refuseRequeues,
  SUBSETS,
} from "./refused-entries.ts";
import { receiveInSecond, runCell, startTwoSandboxes, type TwoSandboxes } from "./two-sandboxes.ts";

let sandboxes: TwoSandboxes;
beforeAll(async () => {
  sandboxes = await startTwoSandboxes();
});
afterAll(() => sandboxes[Symbol.asyncDispose]());

const TIMEOUT_MS = 2000;
/** How long the queues of these tests hide a message. */
const HIDDEN_MS = 43_201_000;

describe("the built poller, when a call is never answered", () => {
  it.each(CALLS)("ends before the function's timeout, at: %s", async (point) => {
    await runCell(sandboxes, point, () => "hang", { mostTimes: 100, remainingMs: TIMEOUT_MS });
  });
});

describe("the built poller, when some of ten requeues are refused", () => {
  it.each(Array.from({ length: 1023 }, (_, place) => place + 1))("the subset %i", async (mask) =>
    refuseRequeues(sandboxes, mask),
  );
});

describe.each([
  ["outcomes", refuseOutcomes],
  ["dead letters", refuseDeadLetters],
  ["visibility changes", refuseBackoffs],
])("the built poller, when some of ten %s are refused", (_name, refuse) => {
  it.each(SUBSETS)("the subset %i", (mask) => refuse(sandboxes, mask));
});

describe("the built poller, when the same batch is delivered again after its visibility timeout", () => {
  it.each(POINTS)("at: %s", async (point) => {
    await runCell(sandboxes, point, () => {
      sandboxes.world.queues.advance(HIDDEN_MS);
      return receiveInSecond(sandboxes);
    });
  });
});

describe("the built poller, when the same batch is delivered again at once", () => {
  it.each(POINTS.flatMap((point) => [-5, 5].map((seconds) => [point, seconds] as const)))(
    "at: %s, with a clock that is wrong by %i s",
    async (point, seconds) => {
      await runCell(sandboxes, point, async (_cell, event) => {
        const now = Date.now();
        vi.setSystemTime(now + seconds * 1000);
        const mishap = await receiveInSecond(sandboxes, event);
        vi.setSystemTime(now);
        return mishap;
      });
    },
  );
});
