import { parentPort, workerData } from "node:worker_threads";
import { checkScenarios } from "./check-scenarios.ts";

// One core's share of a check: told what to run, it answers with what came of it.
parentPort?.postMessage(await checkScenarios(workerData));
