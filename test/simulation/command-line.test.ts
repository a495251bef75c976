import { describe, expect, it } from "vitest";
import { UsageError } from "../../infra/cli/usage-error.ts";
import { readCommandLine } from "./command-line.ts";

const read = (line: string, seed?: string) =>
  readCommandLine(line.split(" ").filter(Boolean), seed);

describe("the command line of the simulation", () => {
  it("checks 100,000 polls by default, with any seed or a given one", () => {
    expect(read("")).toEqual({ kind: "check", polls: 100_000, seed: undefined });
    expect(read("--polls 500", "0")).toEqual({ kind: "check", polls: 500, seed: 0 });
  });

  it("replays a failure by its printed seed", () => {
    const failure = { kind: "replay", fence: "none", seed: 12, path: "3:0:1" };
    expect(read("", "none/12/3:0:1")).toEqual(failure);
    expect(read("", "checkpoints/12/3:0:1")).toEqual({ ...failure, fence: "checkpoints" });
  });

  it("plans a load with at most as many jobs as polls", () => {
    const load = { intervalSeconds: 300, latencyMs: 200, isFenced: true };
    expect(read("--interval 5m")).toMatchObject({ load: { ...load, polls: 1e6, jobs: 500 } });
    expect(read("--interval 5m --polls 100")).toMatchObject({ load: { polls: 100, jobs: 100 } });
    const line = "--interval 12h --latency 10s --jobs 7 --polls 8 --no-fence";
    expect(read(line)).toEqual({
      kind: "plan",
      load: { polls: 8, jobs: 7, intervalSeconds: 43_200, latencyMs: 10_000, isFenced: false },
    });
  });

  it("shares living polls among stacks, and simulates a sample of them", () => {
    const load = { polls: 5e6, intervalSeconds: 30, latencyMs: 200, isFenced: true };
    const line = "--polls 5000000 --interval 30s --stacks 4";
    expect(read(line)).toEqual({ kind: "share", load: { ...load, stacks: 4, sample: 1 } });
    expect(read(`${line} --sample 200`)).toMatchObject({ load: { sample: 200 } });
  });

  it.each([
    ["--polls abc", undefined, "--polls: write a whole number from 1 to 100000000, got abc"],
    ["--polls 0", undefined, "--polls"],
    ["--polls 1.5", undefined, "--polls"],
    ["--poll 5", undefined, "Unknown option '--poll'"],
    ["", "abc", "SEED: write a whole number from 0 to"],
    ["", "-1", "SEED"],
    [
      "",
      "fence/12",
      "SEED: write a number, or the SEED that a failure printed, like fence/12/3:0:1; got",
    ],
    ["", "both/12/3", "SEED"],
    ["--polls 5", "fence/12/3", "--polls: not for a replay"],
    [
      "--interval 1d",
      undefined,
      "--interval: write a time like 60s, 5m or 2h, at most 43200 s, got",
    ],
    ["--interval 10ms", undefined, "--interval"],
    [
      "--interval 60s --latency 60s",
      undefined,
      "--latency: write a time like 200ms or 2s, at most",
    ],
    ["--interval 60s --latency soon", undefined, "--latency"],
    ["--interval 60s --jobs 0", undefined, "--jobs: write a whole number from 1 to 1000000, got 0"],
    ["--interval 60s --jobs 6 --polls 5", undefined, "--jobs: write a whole number from 1 to 5"],
    ["--interval 60s", "7", "SEED: a plan has no seed"],
    ["--jobs 5", undefined, "--jobs: only for a plan"],
    ["--stacks 5", undefined, "--stacks: only for a plan"],
    ["--interval 60s --stacks 0", undefined, "--stacks: write a whole number from 1 to"],
    ["--interval 60s --stacks 2 --sample x", undefined, "--sample: write a whole number"],
    ["--no-fence", undefined, "--no-fence: only for a plan"],
  ])("refuses: %s with SEED %s", (line, seed, message) => {
    expect(() => read(line, seed)).toThrow(UsageError);
    expect(() => read(line, seed)).toThrow(message);
  });
});
