import { describe, expect, it, vi } from "vitest";
import { completed, held } from "../../../lib/batch/record-result.ts";
import { copy, record, setUp } from "./fence-set-up.ts";

describe("a first message without a copyId", () => {
  it("continues after a redrive, which changes its messageId", async () => {
    const { fence, control, advance } = setUp();
    await fence.claim(record({ pollId: "p" }, "m1"), control(10_000));
    advance(12_000 + 30_000);
    expect(await fence.claim(record({ pollId: "p" }, "redriven"), control())).toBeUndefined();
  });

  it("continues at once after its lease was given back", async () => {
    const { fence, control } = setUp();
    const first = record({ pollId: "p" }, "m1");
    await fence.claim(first, control());
    await fence.giveBack(first);
    expect(await fence.claim(record({ pollId: "p" }, "redriven"), control())).toBeUndefined();
  });

  it("is asked once when somebody's time limit holds it during its claim", async () => {
    const { fence, control, table } = setUp();
    const [written, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { claim } = table;
    vi.spyOn(table, "claim").mockImplementationOnce(async (...call) => {
      const decision = await claim(...call);
      written.resolve();
      await answered.promise;
      return decision;
    });
    const first = record({ pollId: "p" }, "m1");
    const slow = fence.claim(first, control());
    await written.promise;
    const body = { pollId: "p", ...fence.successorOf(first, "held") };
    expect(await fence.claim(record(body, "m2"), control())).toBeUndefined();
    answered.resolve();
    expect(await slow).toEqual(held());
  });

  it("is a new poll after a redrive when it has no pollId either", async () => {
    const { fence, control, table } = setUp();
    await fence.claim(record({}, "m1"), control());
    expect(await fence.claim(record({}, "redriven"), control())).toBeUndefined();
    expect([...table.rows.keys()]).toEqual(["m1", "redriven"]);
  });

  it("is dropped when its successor was received", async () => {
    const { fence, control } = setUp();
    await fence.claim(record({ pollId: "p" }, "m1"), control());
    await fence.claim(copy(1, "c"), control());
    expect(await fence.claim(record({ pollId: "p" }, "redriven"), control())).toEqual(completed());
  });

  it("is held while the successor of an earlier delivery may still arrive", async () => {
    const { fence, control } = setUp();
    await fence.claim(record({ pollId: "p" }, "m1"), control());
    expect(await fence.claim(record({ pollId: "p" }, "m2"), control())).toEqual(
      held({ delaySeconds: 62 + 30 + 5 }),
    );
    expect(await fence.claim(record({ pollId: "p", delaySeconds: 600 }, "m3"), control())).toEqual(
      held({ delaySeconds: 62 + 600 + 5 }),
    );
  });
});
