import { parentPort, workerData } from "node:worker_threads";
import { checkScenarios } from "./check-scenarios.ts";

// One core's share of a check. It receives the options, and answers with the result.
parentPort?.postMessage(await checkScenarios(workerData));
