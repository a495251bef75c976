import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../local/package-root.ts";
import { parameterTypes } from "../../local/template/check-parameters.ts";
import { isAccessDenied } from "../target/aws-problem.ts";
import { applySettings } from "../target/aws-settings.ts";
import { onDeployedStack } from "../target/open-target.ts";
import { NO_REGION, settledRegion } from "../target/region.ts";
import { ensureBuilt } from "../up-to-date-build.ts";
import { UsageError } from "../usage-error.ts";
import { checkForms, readGivenParameters, settleGivenParameters } from "./given-parameters.ts";
import { samArguments } from "./sam-arguments.ts";
import { ask, checkStackName } from "./stack-name.ts";

export interface DeployOptions {
  readonly stack?: string;
  readonly region?: string;
  readonly guided?: true;
  readonly parameter?: readonly string[];
}

const DEFAULT_STACK = "request-poller";
/** As SAM's own. */
const DEFAULT_REGION = "us-east-1";

/**
 * Checks the parameters, deploys the template with SAM, and prints the stack's outputs.
 *
 * @throws {UsageError} before SAM is called, when an option or a parameter is wrong
 */
export async function deployStack(options: DeployOptions): Promise<void> {
  const template = join(packageRoot(), "infra/template.yaml");
  const text = await readFile(template, "utf8");
  const { guided = false } = options;
  const given = readGivenParameters(options.parameter ?? [], parameterTypes(text));
  checkForms(text, given);
  const stack = checkStackName(options.stack ?? askForStack(guided));
  applySettings({ region: options.region }, process.env);
  // Settled once, for the AWS clients and for SAM: SAM's SDK does not read AWS_REGION.
  const region = (await settledRegion(process.env)) ?? askForRegion(guided);
  const parameters = await settle(text, given, stack, region);
  if (parameters !== undefined && parameters.get("ExistingPollQueueArn") !== "") {
    await (await import("./checks-on-aws.ts")).checkExistingQueue(parameters, region);
  }
  await ensureBuilt((line) => console.log(line));
  await sam(samArguments(template, { stack, region, guided, parameters: given }, Date.now()));
  const { stackOutputs } = await import("../deployed-stack.ts");
  const outputs = await stackOutputs(stack);
  const { checkRecursionAllowed } = await import("./checks-on-aws.ts");
  await checkRecursionAllowed(outputs.FunctionArn ?? "");
  for (const [name, value] of Object.entries(outputs)) console.log(`${name}: ${value}`);
  console.log(
    `\nSubmit polls, one message per line:\n  npx request-poller submit polls.jsonl --stack ${stack} --region ${region}`,
  );
}

/**
 * Checks the given parameters with those that the deployed stack keeps.
 *
 * @returns all parameters; `undefined` when the credentials may not read those of the stack: they may deploy it all the same
 */
async function settle(
  template: string,
  given: Readonly<Record<string, string>>,
  stack: string,
  region: string,
) {
  // Loaded late: loading the AWS clients doubles the time until a wrong option is reported.
  const before = async () => (await import("../deployed-stack.ts")).stackParameters(stack);
  return onDeployedStack(stack, { region }, async () => {
    try {
      return await settleGivenParameters(template, given, before);
    } catch (error) {
      if (!isAccessDenied(error)) throw error;
      console.error(
        `WARN: your parameters are not checked with those that ${stack} keeps, only by CloudFormation: reading them needs cloudformation:DescribeStacks`,
      );
      return undefined;
    }
  });
}

function askForStack(guided: boolean): string {
  if (guided) return ask("Name of the CloudFormation stack", DEFAULT_STACK);
  throw new UsageError("give the stack's name with --stack, or use --guided to be asked for it");
}

function askForRegion(guided: boolean): string {
  if (guided) return ask("AWS region", DEFAULT_REGION);
  throw new UsageError(NO_REGION);
}

/** @throws when SAM cannot be run, or fails; SAM itself has printed why it failed */
async function sam(args: readonly string[]): Promise<void> {
  const child = spawn("sam", args, { stdio: "inherit" });
  const [code] = await once(child, "close").catch((cause: unknown) => {
    throw new Error("the AWS SAM CLI cannot be run: install it, so that `sam --version` works", {
      cause,
    });
  });
  if (code !== 0) throw new Error(`sam deploy ended with ${code}`);
}
