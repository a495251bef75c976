import type { PollClient } from "../../../lib/client/index.ts";
import { stackOptions } from "../../../lib/client/stack-options.ts";
import { messageOf } from "../../../lib/message-of.ts";
import { UsageError } from "../usage-error.ts";
import { awsProblem } from "./aws-problem.ts";
import { type AwsSettings, applySettings } from "./aws-settings.ts";
import { settledRegion } from "./region.ts";
import type { TargetOptions } from "./target-options.ts";

/** The stack that a command is about. */
export interface Target {
  /** For people: `stack polls`, `the local stack`. */
  readonly name: string;
  readonly isLocal: boolean;
  readonly hasTable: boolean;
  readonly client: PollClient;
}

/**
 * Runs a command on the stack that its options name. Errors of AWS are explained.
 *
 * @throws {UsageError} when there is no such stack
 */
export function onTarget<T>(
  options: TargetOptions,
  run: (target: Target) => Promise<T>,
): Promise<T> {
  return onStack(options, {
    local: async (port) => run(await localTarget(port)),
    deployed: async (stack) => run(await deployedTarget(stack)),
  });
}

/**
 * Does one thing with the local stack, another with a deployed one, whichever the options name. Errors of AWS are
 * explained.
 *
 * @throws {UsageError} when there is no such stack
 */
export async function onStack<T>(
  options: TargetOptions,
  run: {
    local(port: number | undefined): Promise<T>;
    deployed(stack: string): Promise<T>;
  },
): Promise<T> {
  const { stack, port } = options;
  if (stack === undefined) {
    refuseAwsOptions(options);
    return onLocalStack(() => run.local(port));
  }
  if (port !== undefined) {
    throw new UsageError("give --stack for a deployed stack, or --port for a local one, not both");
  }
  return onDeployedStack(stack, options, () => run.deployed(stack));
}

/**
 * Does something with a deployed stack, as the options of AWS say. Errors of AWS are explained.
 *
 * @throws {UsageError} when there is no such stack
 */
export async function onDeployedStack<T>(
  stack: string,
  options: AwsSettings,
  run: () => Promise<T>,
): Promise<T> {
  applySettings(options, process.env);
  try {
    return await run();
  } catch (error) {
    // The cause: what the look-up of the stack has wrapped.
    const cause = error instanceof UsageError ? error.cause : error;
    const problem = awsProblem(cause, { stack, region: await settledRegion(process.env) });
    if (problem === undefined) throw error;
    const message = `--stack ${stack}: ${problem}`;
    throw error instanceof UsageError
      ? new UsageError(message, { cause: error })
      : new Error(message, { cause: error });
  }
}

/**
 * As {@link onTarget}, for a command that asks about single polls.
 *
 * @throws {UsageError} when the stack has no table
 */
export function onTargetWithTable<T>(
  command: string,
  options: TargetOptions,
  run: (target: Target) => Promise<T>,
): Promise<T> {
  return onTarget(options, (target) => {
    if (target.hasTable) return run(target);
    throw new UsageError(
      `${command}: ${target.name} has no table (its parameter Fence is false), so it cannot say where a poll is. ` +
        'These work: "outcomes" (what has ended), "dead-letters" (what failed), "redrive", "pause" and "resume". ' +
        "maxRetries and expiresAt in a message end its poll",
    );
  });
}

async function onLocalStack<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { NoLocalStackError } = await import("../../../lib/client/local-stack.ts");
    if (!(error instanceof NoLocalStackError)) throw error;
    throw new UsageError(`${messageOf(error)}, or name a deployed one with --stack`);
  }
}

async function localTarget(port: number | undefined): Promise<Target> {
  const { createPollClient, localStack } = await import("../../../lib/client/index.ts");
  const found = await localStack({ port });
  const name = port === undefined ? "the local stack" : `the local stack at port ${port}`;
  const hasTable = found.tableName !== undefined;
  return { name, isLocal: true, hasTable, client: createPollClient(found) };
}

async function deployedTarget(stack: string): Promise<Target> {
  const { createPollClient } = await import("../../../lib/client/index.ts");
  const { pollerStackOutputs } = await import("../submit/stack-queue.ts");
  const outputs = await pollerStackOutputs(stack);
  const found = stackOptions(outputs);
  const hasTable = found.tableName !== undefined;
  return { name: `stack ${stack}`, isLocal: false, hasTable, client: createPollClient(found) };
}

function refuseAwsOptions({ region, profile, endpointUrl }: TargetOptions): void {
  const given = Object.entries({ region, profile, "endpoint-url": endpointUrl });
  const [name] = given.find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined)
    throw new UsageError(`--${name} needs --stack, the name of a stack there`);
}
