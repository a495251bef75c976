import { on } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { add, type CheckOptions, type CheckResult } from "./check-scenarios.ts";
import type { CoreReport, CoreTask } from "./core-worker.ts";
import type { DuplicateFigures, DuplicateOptions } from "./duplicates.ts";
import { noFigures } from "./run-scenario.ts";

/** Each core uses the next seed, and few seeds are left above the largest that the command line accepts. */
const MAX_CORES = 64;

/** Nearly all objects live for one batch only: with more room for young ones, less is copied and collected. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

/** All cores of this machine. Each loads the stack once, and its code is fast by the second check. */
export class Cores {
  readonly #workers = Array.from(
    { length: Math.min(availableParallelism(), MAX_CORES) },
    () => new Worker(new URL("./core-worker.ts", import.meta.url), { resourceLimits }),
  );

  /**
   * Shares the scenarios of a check among all cores.
   *
   * @param onPolls called with the number of polls of each scenario that has ended
   */
  async check(
    options: Omit<CheckOptions, "onScenario">,
    onPolls: (polls: number) => void,
  ): Promise<CheckResult> {
    const runs = Math.ceil(options.runs / this.#workers.length);
    const results = await Promise.all(
      this.#workers.map(async (worker, core) => {
        const share = { ...options, seed: options.seed + core, runs };
        const report = await resultOf(worker, { kind: "check", options: share }, onPolls);
        if (report.kind === "checked") return report.result;
        throw new Error("a core of the simulation has not checked its share");
      }),
    );
    const figures = noFigures();
    const counts = new Map<string, number>();
    for (const result of results) {
      add(figures, result.figures);
      for (const [name, count] of result.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    }
    const failure = results.find((result) => result.failure)?.failure;
    return { figures, counts, ...(failure && { failure }) };
  }

  /** Measures all of these, each on one core. @returns the figures in the order of the options */
  async measureDuplicates(options: readonly DuplicateOptions[]): Promise<DuplicateFigures[]> {
    const left = [...options.entries()];
    const measured: DuplicateFigures[] = [];
    const measureNext = async (worker: Worker): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const [place, one] = next;
        const report = await resultOf(worker, { kind: "duplicates", options: one });
        if (report.kind === "measured") measured[place] = report.result;
      }
    };
    await Promise.all(this.#workers.map(measureNext));
    return measured;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** @throws the worker's error, or when it ends without a result */
async function resultOf(
  worker: Worker,
  task: CoreTask,
  onPolls: (polls: number) => void = () => undefined,
): Promise<CoreReport> {
  const reports: AsyncIterable<readonly CoreReport[]> = on(worker, "message", { close: ["exit"] });
  worker.postMessage(task);
  for await (const [report] of reports) {
    if (report?.kind === "scenario") onPolls(report.polls);
    else if (report !== undefined) return report;
  }
  throw new Error("a core of the simulation ended without a result");
}
