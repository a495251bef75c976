import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { add, type CheckOptions, type CheckResult } from "./check-scenarios.ts";
import type { WorkerReport } from "./check-worker.ts";
import { noFigures } from "./run-scenario.ts";

/** Each core uses the next seed, and few seeds are left above the largest that the command line accepts. */
const MAX_CORES = 64;

/**
 * Shares the scenarios of a check among all cores.
 *
 * @param onPolls called with the number of polls of each scenario that has ended
 */
export async function checkOnAllCores(
  options: Omit<CheckOptions, "onScenario">,
  onPolls: (polls: number) => void,
): Promise<CheckResult> {
  const cores = Math.min(availableParallelism(), MAX_CORES);
  const runs = Math.ceil(options.runs / cores);
  const results = await Promise.all(
    Array.from({ length: cores }, (_, core) =>
      checkInWorker({ ...options, seed: options.seed + core, runs }, onPolls),
    ),
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

async function checkInWorker(
  workerData: CheckOptions,
  onPolls: (polls: number) => void,
): Promise<CheckResult> {
  const worker = new Worker(new URL("./check-worker.ts", import.meta.url), { workerData });
  let result: CheckResult | undefined;
  worker.on("message", (report: WorkerReport) => {
    if (report.kind === "scenario") onPolls(report.polls);
    else result = report.result;
  });
  await once(worker, "exit");
  if (result === undefined) throw new Error("a worker of the simulation ended without a result");
  return result;
}
