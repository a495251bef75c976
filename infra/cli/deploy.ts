import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../local/package-root.ts";
import { parameterTypes } from "../local/template/check-parameters.ts";
import { readGivenParameters, settleGivenParameters } from "./deploy/given-parameters.ts";
import { samArguments } from "./deploy/sam-arguments.ts";
import { ask, checkStackName } from "./deploy/stack-name.ts";
import { ensureBuilt } from "./up-to-date-build.ts";
import { UsageError } from "./usage-error.ts";

interface DeployOptions {
  readonly stack?: string;
  readonly region?: string;
  readonly guided?: true;
  readonly parameter?: readonly string[];
}

const DEFAULT_STACK = "request-poller";

const EXAMPLES = `
Examples:
  $ request-poller deploy --stack request-poller
  $ request-poller deploy --guided
  $ request-poller deploy --stack request-poller --parameter MaximumConcurrency=50 --parameter AllowHosts=api.example.com

Needs the AWS SAM CLI, and credentials. Parameters that are not given keep the values they had. All are checked
before SAM is called.

Exit code: 0 deployed, 1 not deployed, 2 an option or a parameter is wrong and nothing was started.`;

const collect = (value: string, values: readonly string[] = []): string[] => [...values, value];

export function deployCommand(): Command {
  return new Command("deploy")
    .summary("deploy the poller to AWS, with the AWS SAM CLI")
    .description("Deploys the poller's template, infra/template.yaml, with the AWS SAM CLI.")
    .option("--stack <name>", "the CloudFormation stack to create or to change")
    .option(
      "--region <region>",
      "its AWS region; taken from your AWS settings where it is not given",
    )
    .option("--guided", "ask for the stack's name, and let SAM ask for every parameter")
    .option(
      "--parameter <Name=value>",
      "a parameter of the template; can be given several times",
      collect,
    )
    .addHelpText("after", EXAMPLES)
    .action(async (options: DeployOptions) => {
      await deploy(options);
    });
}

async function deploy(options: DeployOptions): Promise<void> {
  const template = join(packageRoot(), "infra/template.yaml");
  const text = await readFile(template, "utf8");
  const { region, guided = false } = options;
  const given = readGivenParameters(options.parameter ?? [], parameterTypes(text));
  const stack = checkStackName(options.stack ?? askForStack(guided));
  // AWS's clients take as long to load as all the rest, and a wrong option needs none of them.
  const before = async () => (await import("./deployed-stack.ts")).stackParameters(stack, region);
  const parameters = await settleGivenParameters(text, given, before);
  if (parameters.get("ExistingPollQueueArn") !== "") {
    await (await import("./deploy/checks-on-aws.ts")).checkExistingQueue(parameters, region);
  }
  await ensureBuilt((line) => console.log(line));
  await sam(samArguments(template, { stack, region, guided, parameters: given }, Date.now()));
  const { stackOutputs } = await import("./deployed-stack.ts");
  const outputs = await stackOutputs(stack, region);
  const { checkRecursionAllowed } = await import("./deploy/checks-on-aws.ts");
  await checkRecursionAllowed(outputs.FunctionArn ?? "", region);
  for (const [name, value] of Object.entries(outputs)) console.log(`${name}: ${value}`);
  const where = region === undefined ? "" : ` --region ${region}`;
  console.log(
    `\nSubmit polls, one message per line:\n  npx request-poller submit polls.jsonl --stack ${stack}${where}`,
  );
}

function askForStack(guided: boolean): string {
  if (guided) return ask("Name of the CloudFormation stack", DEFAULT_STACK);
  throw new UsageError("give the stack's name with --stack, or --guided to be asked for it");
}

/** @throws where SAM is not there, or has failed: it has said why */
async function sam(args: readonly string[]): Promise<void> {
  const child = spawn("sam", args, { stdio: "inherit" });
  const [code] = await once(child, "close").catch((cause: unknown) => {
    throw new Error("the AWS SAM CLI cannot be run: install it, so that `sam --version` answers", {
      cause,
    });
  });
  if (code !== 0) throw new Error(`sam deploy ended with ${code}`);
}
