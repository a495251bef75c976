import { CHECKPOINT_EVERY } from "../../../lib/fence/checkpoint.ts";
import { BYTES_PER_INVOCATION, MEGABYTES_PER_CPU } from "./aws-limits.ts";

/** What is to be polled. */
export interface PlannedLoad {
  /** How many polls live at once. */
  readonly polls: number;
  /** The time between two requests of one poll. */
  readonly everySeconds: number;
  /** How long an API takes to answer. */
  readonly latencySeconds: number;
  /** How many requests a poll makes from its start to its end. */
  readonly requestsPerPoll: number;
  /** The size of a message. */
  readonly messageBytes: number;
  /** The template's parameters. */
  readonly memoryMegabytes: number;
  readonly batchSize: number;
  readonly fence: "true" | "checkpoints" | "false";
  readonly history: "claims" | "answers" | "false";
}

/** What a load needs of AWS, when it has spread evenly over time. */
export interface Demand {
  readonly requestsPerSecond: number;
  /** How many records an invocation gets. */
  readonly batchSize: number;
  readonly invocationSeconds: number;
  readonly invocationsAtOnce: number;
  readonly messagesInFlight: number;
  readonly writesPerSecond: number;
  readonly dnsPacketsPerSecond: number;
}

/** Assumptions; `npm run bench` measures the CPU times. */
export const ASSUMED = {
  /** The template's default BatchWindow. */
  windowSeconds: 1,
  /** The CPU time of a record, with a whole CPU. */
  recordCpuSeconds: 0.001,
  /** The same of a write to the table. */
  writeCpuSeconds: 0.0005,
  /** The calls of a batch one after the other: to SQS, and to the table. */
  sqsCallSeconds: 0.01,
  tableCallSeconds: 0.005,
  /** What Lambda adds to each message in an event: ids, receipt handle, attributes. */
  envelopeBytes: 1000,
  /** The share of requests that open a connection. All others use a kept one. */
  newConnections: 0.1,
  /** A lookup asks for IPv4 and IPv6 addresses. */
  packetsPerLookup: 2,
} as const;

/**
 * Computes what a load needs. The time of a request, and the wait for its batch, count as part of the interval: polls
 * are in fact asked slightly less often.
 */
export function demandOf(load: PlannedLoad): Demand {
  const { polls, everySeconds, latencySeconds } = load;
  const requestsPerSecond = polls / everySeconds;
  const gathered = Math.max(1, requestsPerSecond * ASSUMED.windowSeconds);
  const batchSize = Math.min(largestBatch(load), gathered);
  const writesPerRequest = writesPerPoll(load) / load.requestsPerPoll;
  const cpuSeconds = ASSUMED.recordCpuSeconds + writesPerRequest * ASSUMED.writeCpuSeconds;
  const cpus = Math.min(1, load.memoryMegabytes / MEGABYTES_PER_CPU);
  const callSeconds =
    ASSUMED.sqsCallSeconds + (load.fence === "false" ? 0 : ASSUMED.tableCallSeconds);
  const invocationSeconds = latencySeconds + (batchSize * cpuSeconds) / cpus + callSeconds;
  return {
    requestsPerSecond,
    batchSize,
    invocationSeconds,
    invocationsAtOnce: (requestsPerSecond / batchSize) * invocationSeconds,
    messagesInFlight: requestsPerSecond * (ASSUMED.windowSeconds + invocationSeconds),
    writesPerSecond: requestsPerSecond * writesPerRequest,
    dnsPacketsPerSecond: requestsPerSecond * ASSUMED.newConnections * ASSUMED.packetsPerLookup,
  };
}

/** How many messages an invocation gets at most: fewer than BatchSize when they are large. */
export function largestBatch({ batchSize, messageBytes }: PlannedLoad): number {
  const fitting = Math.floor(BYTES_PER_INVOCATION / (messageBytes + ASSUMED.envelopeBytes));
  return Math.min(batchSize, fitting);
}

/** The load, raised to the number of polls that fills every batch. */
export function fullBatches(load: PlannedLoad): PlannedLoad {
  const least = (largestBatch(load) * load.everySeconds) / ASSUMED.windowSeconds;
  return { ...load, polls: Math.max(load.polls, least) };
}

/** One claim per request, or per checkpoint, and the decision of the outcome; with answers, one more per requeue. */
function writesPerPoll(load: PlannedLoad): number {
  const { fence, history, requestsPerPoll } = load;
  if (fence === "false") return 0;
  const claims = claimsPerPoll(load);
  return claims + 1 + (history === "answers" ? requestsPerPoll - 1 : 0);
}

function claimsPerPoll({ fence, requestsPerPoll }: PlannedLoad): number {
  if (fence === "true") return requestsPerPoll;
  const ofTheFirst = Math.min(2, requestsPerPoll);
  return ofTheFirst + Math.floor((requestsPerPoll - 1) / CHECKPOINT_EVERY);
}
