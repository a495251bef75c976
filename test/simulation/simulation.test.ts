import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runScenario } from "./run-scenario.ts";
import { scenarios } from "./scenario.ts";
import { TAKINGS } from "./takings.ts";
import type { Taking } from "./world.ts";

/** Scenarios of a few polls each, of a seed that is the same each time. */
const check = (isFenced: boolean, numRuns: number, taking?: Taking) =>
  fc.check(
    fc.asyncProperty(scenarios(8, isFenced), async (scenario) => {
      await runScenario(scenario, new Map(), taking);
    }),
    { numRuns, seed: 2026, endOnFailure: true },
  );

describe("the simulation", () => {
  it.each([
    ["with the fence", true],
    ["without a table", false],
  ])("finds nothing wrong %s", async (_name, isFenced) => {
    const { failed, errorInstance } = await check(isFenced, 150);
    expect(errorInstance).toBeNull();
    expect(failed).toBe(false);
  });

  it.each(Object.entries(TAKINGS))("misses what is taken away: %s", async (_name, taking) => {
    const { failed, errorInstance } = await check(true, 1000, taking);
    expect(failed).toBe(true);
    expect(errorInstance).toHaveProperty("name", "Violation");
  });
});
