import { expect, it } from "vitest";
import { planLoad } from "./load.ts";

const LOAD = { polls: 7, jobs: 3, intervalSeconds: 60, latencyMs: 200, isFenced: true };

it("makes exactly the requested number of requests, for any number of jobs", async () => {
  expect(await planLoad(LOAD)).toMatchObject({ requests: 7 });
});

it("counts a request that times out with the time of its timeout", async () => {
  const seconds = async (latencyMs: number) =>
    (await planLoad({ ...LOAD, polls: 3, latencyMs })).gbSeconds;
  expect(await seconds(60_000)).toBe(await seconds(10_000));
});
