import { describe, expect, it } from "vitest";
import { onceLoaded } from "../../lib/once-loaded.ts";

describe("onceLoaded", () => {
  it("loads once, however many ask at the same time", async () => {
    let loads = 0;
    const loaded = onceLoaded(async () => ++loads);
    expect(await Promise.all([loaded(), loaded()])).toEqual([1, 1]);
    expect(await loaded()).toBe(1);
  });

  it("loads again after it has failed", async () => {
    let loads = 0;
    const loaded = onceLoaded(async () => {
      if (++loads === 1) throw new Error("too many open files");
      return "loaded";
    });
    await expect(loaded()).rejects.toThrow("too many open files");
    expect(await loaded()).toBe("loaded");
  });
});
