import { alignColumns } from "../terminal/table.ts";
import { ASSUMED, type Demand, largestBatch, type PlannedLoad } from "./demand.ts";
import type { Limit } from "./limits.ts";
import type { Settings } from "./settings.ts";

/** Describes what a load needs, which limit it meets first, and how to deploy for it. Fits 80 columns. */
export function reportPlan(
  load: PlannedLoad,
  demand: Demand,
  limits: readonly Limit[],
  settings: Settings,
): string {
  const { polls, everySeconds, latencySeconds, requestsPerPoll } = load;
  const { batchSize, invocationSeconds } = demand;
  const fitting = largestBatch(load);
  const rows = limits.map((limit) => [
    limit.name,
    number(limit.needs),
    number(limit.most),
    number(limit.bearsPolls),
    limit.raisedBy,
  ]);
  const [first] = limits;
  const lines = [
    `${number(polls)} polls, each asked every ${everySeconds} s and answered after ${latencySeconds} s`,
    "",
    ...alignColumns([
      ["  requests per second", number(demand.requestsPerSecond)],
      [
        "  invocations at once",
        `${number(demand.invocationsAtOnce)}, of ${Math.floor(batchSize)} polls and ${invocationSeconds.toFixed(2)} s each`,
      ],
      ["  messages in flight", number(demand.messagesInFlight)],
      [
        "  table writes per second",
        `${number(demand.writesPerSecond)}${load.fence !== "false" ? `, with ${requestsPerPoll} requests per poll` : ""}`,
      ],
    ]),
    "",
    ...alignColumns([["limit", "needs", "has", "bears polls", "raised by"], ...rows]),
    "",
    ...(first === undefined ? [] : [firstLimit(first)]),
    ...(fitting < load.batchSize
      ? [
          `An invocation takes 6 MB: ${fitting} messages of ${number(load.messageBytes)} bytes, not ${load.batchSize}.`,
        ]
      : []),
    "",
    ...deployment(settings),
    "",
    `Assumed: ${ASSUMED.recordCpuSeconds * 1000} ms of CPU per record and ${ASSUMED.writeCpuSeconds * 1000} ms per write, ${load.memoryMegabytes} MB, a batch`,
    `window of ${ASSUMED.windowSeconds} s, even load; parameters and quotas have half as much again.`,
    "",
  ];
  return lines.join("\n");
}

function firstLimit({ name, needs, most, raisedBy }: Limit): string {
  return needs <= most
    ? "The default deployment bears this load."
    : `First met: ${name}, raised by ${raisedBy}.`;
}

function deployment({ stacks, parameters, quotas }: Settings): string[] {
  const names = Object.entries(parameters);
  const command = [
    "  npx request-poller deploy --stack polls",
    ...names.map(([name, value]) => `    --parameter ${name}=${value}`),
  ];
  return [
    stacks === 1 ? "Deploy:" : `Deploy ${stacks} stacks, each with a part of the polls:`,
    ...command.map((line, place) => (place < command.length - 1 ? `${line} \\` : line)),
    ...quotas.map(({ name, least }) => `Have AWS raise a quota: ${name}, to ${number(least)}.`),
  ];
}

function number(value: number): string {
  const rounded = value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return rounded.toLocaleString("en-US");
}
