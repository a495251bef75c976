import { describe, expect, it } from "vitest";
import { createTurns } from "../../../lib/timing/turns.ts";

describe("turns", () => {
  it("let other work run after each costly piece of work, but not after a cheap one", async () => {
    const seen: string[] = [];
    const pauses: PromiseWithResolvers<void>[] = [];
    const turns = createTurns(() => {
      const pause = Promise.withResolvers<void>();
      pauses.push(pause);
      return pause.promise;
    });
    const taken = ["cheap", "costly-1", "costly-2", "last"].map((name) =>
      turns.take(() => {
        seen.push(name);
        return { value: name, wasCostly: name.startsWith("costly") };
      }),
    );
    expect(await taken[1]).toBe("costly-1");
    expect(seen).toEqual(["cheap", "costly-1"]);
    pauses[0]?.resolve();
    expect(await taken[2]).toBe("costly-2");
    expect(seen).toEqual(["cheap", "costly-1", "costly-2"]);
    pauses[1]?.resolve();
    expect(await Promise.all(taken)).toEqual(["cheap", "costly-1", "costly-2", "last"]);
    expect(pauses).toHaveLength(2);
  });

  it("run work with the place `first` before all other work that waits", async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const take = (name: string, place?: "first") =>
      turns.take(() => {
        seen.push(name);
        return { value: name, wasCostly: true };
      }, place);
    const first = take("a").then(() => take("judged", "first"));
    await Promise.all([first, take("b"), take("c")]);
    expect(seen).toEqual(["a", "judged", "b", "c"]);
  });

  it("continue after work that throws, and reject the promise of its caller", async () => {
    const turns = createTurns(() => Promise.resolve());
    const broken = turns.take(() => {
      throw new Error("broken");
    });
    const next = turns.take(() => ({ value: 7, wasCostly: false }));
    await expect(broken).rejects.toThrow("broken");
    expect(await next).toBe(7);
  });

  it("by default, serve timers and sockets between costly pieces of work", async () => {
    const turns = createTurns();
    const seen: string[] = [];
    setImmediate(() => seen.push("served"));
    const work = (name: string) => () => {
      seen.push(name);
      return { value: name, wasCostly: true };
    };
    await Promise.all([turns.take(work("a")), turns.take(work("b"))]);
    expect(seen).toEqual(["a", "served", "b"]);
  });
});
