import { expect, it } from "vitest";
import { planLoad } from "./load.ts";

const LOAD = { polls: 7, jobs: 3, intervalSeconds: 60, latencyMs: 200, isFenced: true };

it("makes as many requests as were asked for, however they divide", async () => {
  expect(await planLoad(LOAD)).toMatchObject({ requests: 7 });
});

it("counts a server that is slower than a request may be by the request's own timeout", async () => {
  const seconds = async (latencyMs: number) =>
    (await planLoad({ ...LOAD, polls: 3, latencyMs })).gbSeconds;
  expect(await seconds(60_000)).toBe(await seconds(10_000));
});
