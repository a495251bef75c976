import type { PollClient } from "../../../lib/client/index.ts";
import { messageOf } from "../../message-of.ts";
import { UsageError } from "../usage-error.ts";
import { awsProblem } from "./aws-problem.ts";
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
export async function onTarget<T>(
  options: TargetOptions,
  run: (target: Target) => Promise<T>,
): Promise<T> {
  const { stack, region, port } = options;
  if (stack === undefined) {
    refuseAwsOptions(options);
    return run(await localTarget(port));
  }
  if (port !== undefined) {
    throw new UsageError("give --stack for a deployed stack, or --port for a local one, not both");
  }
  applySettings(options, process.env);
  const place = { stack, region: region ?? process.env.AWS_REGION };
  try {
    return await run(await deployedTarget(stack));
  } catch (error) {
    // The cause: what the look-up of the stack has wrapped.
    const cause = error instanceof UsageError ? error.cause : error;
    const problem = awsProblem(cause, place);
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

async function localTarget(port: number | undefined): Promise<Target> {
  const { createPollClient, localStack, NoLocalStackError } = await import(
    "../../../lib/client/index.ts"
  );
  try {
    const found = await localStack({ port });
    const name = port === undefined ? "the local stack" : `the local stack at port ${port}`;
    const hasTable = found.tableName !== undefined;
    return { name, isLocal: true, hasTable, client: createPollClient(found) };
  } catch (error) {
    if (!(error instanceof NoLocalStackError)) throw error;
    throw new UsageError(`${messageOf(error)}, or name a deployed one with --stack`);
  }
}

async function deployedTarget(stack: string): Promise<Target> {
  const { createPollClient } = await import("../../../lib/client/index.ts");
  const { pollerStackOutputs } = await import("../submit/stack-queue.ts");
  const outputs = await pollerStackOutputs(stack);
  const client = createPollClient({
    queueUrl: outputs.QueueUrl,
    tableName: outputs.TableName,
    outcomeQueueUrl: outputs.OutcomeQueueUrl,
    deadLetterQueueUrl: outputs.DeadLetterQueueUrl,
    functionName: outputs.FunctionArn,
  });
  const hasTable = outputs.TableName !== undefined;
  return { name: `stack ${stack}`, isLocal: false, hasTable, client };
}

/** Options count more than the environment, for every client of this process. */
function applySettings(options: TargetOptions, environment: NodeJS.ProcessEnv): void {
  const { region, profile, endpointUrl } = options;
  if (region !== undefined) environment.AWS_REGION = region;
  if (profile !== undefined) environment.AWS_PROFILE = profile;
  if (endpointUrl === undefined) return;
  if (!URL.canParse(endpointUrl))
    throw new UsageError("--endpoint-url must be an http or https URL");
  for (const name of Object.keys(environment)) {
    if (name.startsWith("AWS_ENDPOINT_URL_")) delete environment[name];
  }
  environment.AWS_ENDPOINT_URL = endpointUrl;
}

function refuseAwsOptions({ region, profile, endpointUrl }: TargetOptions): void {
  const given = Object.entries({ region, profile, "endpoint-url": endpointUrl });
  const [name] = given.find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined)
    throw new UsageError(`--${name} needs --stack, the name of a stack there`);
}
