import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLanes } from "../../../lib/batch/lanes.ts";

interface Task {
  readonly lane: string | undefined;
  readonly started: boolean;
  end(): Promise<void>;
}

function start(lanes: ReturnType<typeof createLanes>, lane: string | undefined): Task {
  const gate = Promise.withResolvers<void>();
  const task = { lane, started: false };
  const running = lanes.run(lane, async () => {
    task.started = true;
    await gate.promise;
    task.started = false;
  });
  return Object.assign(task, {
    async end() {
      gate.resolve();
      await running;
    },
  });
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("createLanes", () => {
  it("limits what runs at once, per lane and in total", async () => {
    const lane = fc.constantFrom("a", "b", undefined);
    const bound = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(lane, { maxLength: 12 }), bound, bound, async (of, all, each) => {
        const lanes = createLanes(all, each);
        const tasks = of.map((name) => start(lanes, name));
        for (let ended = 0; ended < tasks.length; ended++) {
          await settled();
          const running = tasks.filter(({ started }) => started);
          expect(running.length).toBeLessThanOrEqual(all);
          for (const name of ["a", "b"]) {
            expect(running.filter((one) => one.lane === name).length).toBeLessThanOrEqual(each);
          }
          expect(running).not.toEqual([]);
          await running[0]?.end();
        }
      }),
      { numRuns: 50 },
    );
  });

  it("a full lane does not block other lanes", async () => {
    const lanes = createLanes(2, 1);
    const slow = [start(lanes, "slow"), start(lanes, "slow"), start(lanes, "slow")];
    const other = start(lanes, "other");
    await settled();
    expect(slow.map(({ started }) => started)).toEqual([true, false, false]);
    expect(other.started).toBe(true);
  });

  it("starts no waiting work after clear()", async () => {
    const lanes = createLanes(2, 1);
    const [first, second] = [start(lanes, "a"), start(lanes, "a")];
    await settled();
    lanes.clear();
    await first?.end();
    await settled();
    expect(second?.started).toBe(false);
  });
});
