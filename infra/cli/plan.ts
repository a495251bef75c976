import { Command, InvalidArgumentError, Option } from "commander";
import { durationOption } from "./duration-option.ts";

const EXAMPLES = `
Examples:
  $ request-poller plan --polls 1000000 --every 30s
  $ request-poller plan --polls 50000 --every 5m --latency-ms 2000 --memory 1024
  $ request-poller plan --polls 5000000 --every 30s --fence checkpoints

Prints what that many polls need at once of Lambda, SQS and DynamoDB, how many
polls each limit of AWS bears, and the command that deploys a stack for them. It
calls nothing and changes nothing.

Exit code: 0; 2 wrong option.`;

interface PlanOptions {
  readonly polls: number;
  readonly every: number;
  readonly latencyMs: number;
  readonly requestsPerPoll: number;
  readonly messageBytes: number;
  readonly memory: string;
  readonly batchSize: string;
  readonly vpc: boolean;
  readonly fence: "true" | "checkpoints" | "false";
  readonly history: "claims" | "answers" | "false";
}

const DEFAULT_EVERY_SECONDS = 30;

/** The values of the template's MemorySize. */
const MEMORY_SIZES = ["256", "512", "1024", "1769", "3008"];

/** The values of the template's BatchSize. */
const BATCH_SIZES = "1 2 3 5 7 10 20 30 50 70 100 200 300 500".split(" ");

export function planCommand(): Command {
  return new Command("plan")
    .summary("how to deploy for a number of polls")
    .description("Computes what a number of polls needs of AWS, and how to deploy for it.")
    .requiredOption("--polls <n>", "how many polls live at once", wholeNumber(1_000_000_000))
    .addOption(
      new Option("--every <duration>", "the delay between polls, 1s to 12h")
        .argParser(atLeastOneSecond)
        .default(DEFAULT_EVERY_SECONDS, "30s"),
    )
    .option("--latency-ms <n>", "how long the API takes to answer, in ms", wholeNumber(60_000), 200)
    .option("--requests-per-poll <n>", "how many requests a poll makes", wholeNumber(100_000), 20)
    .option("--message-bytes <n>", "the size of a message, in bytes", wholeNumber(1_048_576), 1000)
    .addOption(
      new Option("--memory <megabytes>", "the parameter MemorySize")
        .choices(MEMORY_SIZES)
        .default("512"),
    )
    .addOption(
      new Option("--batch-size <n>", "the parameters BatchSize and, above 100, PollConcurrency")
        .choices(BATCH_SIZES)
        .default("100"),
    )
    .option("--vpc", "the function is in a VPC", false)
    .addOption(
      new Option("--fence <kind>", "the parameter Fence")
        .choices(["true", "checkpoints", "false"] as const)
        .default("true"),
    )
    .addOption(
      new Option("--history <kind>", "the parameter History")
        .choices(["claims", "answers", "false"] as const)
        .default("claims"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (options: PlanOptions) => {
      const { printPlan } = await import("./plan/print-plan.ts");
      await printPlan(
        {
          polls: options.polls,
          everySeconds: options.every,
          latencySeconds: options.latencyMs / 1000,
          requestsPerPoll: options.requestsPerPoll,
          messageBytes: options.messageBytes,
          memoryMegabytes: Number(options.memory),
          batchSize: Number(options.batchSize),
          fence: options.fence,
          history: options.history,
        },
        options.vpc,
      );
    });
}

function atLeastOneSecond(text: string): number {
  const seconds = durationOption("12h")(text);
  if (seconds >= 1) return seconds;
  throw new InvalidArgumentError("Write 1s or more.");
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`Write a whole number from 1 to ${most}.`);
  };
}
