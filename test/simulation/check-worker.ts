import { parentPort, workerData } from "node:worker_threads";
import { type CheckResult, checkScenarios } from "./check-scenarios.ts";

/** The messages of a worker: one per scenario that has ended, then its result. */
export type WorkerReport =
  | { readonly kind: "scenario"; readonly polls: number }
  | { readonly kind: "result"; readonly result: CheckResult };

// One core's share of a check. It receives the options as `workerData`.
const report = (message: WorkerReport): void => parentPort?.postMessage(message);
const onScenario = ({ polls }: { readonly polls: number }): void =>
  report({ kind: "scenario", polls });
report({ kind: "result", result: await checkScenarios({ ...workerData, onScenario }) });
