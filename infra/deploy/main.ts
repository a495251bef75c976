import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { GetFunctionRecursionConfigCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { Command } from "commander";
import { ensureBuilt } from "../cli/up-to-date-build.ts";
import { stackOutputs } from "../stack-outputs.ts";
import { type DeployOptions, samArguments } from "./sam-arguments.ts";

const TEMPLATE = join(import.meta.dirname, "../template.yaml");

const EXAMPLES = `
Examples:
  $ npm run deploy -- --stack request-poller
  $ npm run deploy -- --stack request-poller --guided
  $ npm run deploy -- --stack request-poller --parameter MaximumConcurrency=50 --parameter AllowHosts=api.example.com

Needs the AWS SAM CLI, and credentials. Parameters that are not given keep the values they had.`;

const collect = (value: string, values: readonly string[] = []): string[] => [...values, value];

const program = new Command("npm run deploy --")
  .description("Builds the poller and deploys infra/template.yaml with the AWS SAM CLI.")
  .requiredOption("--stack <name>", "the CloudFormation stack to make or to change")
  .option("--region <region>", "where; taken from your AWS settings where it is not given")
  .option("--guided", "let SAM ask for every parameter")
  .option("--parameter <Name=value>", "a parameter of the template, as often as need be", collect)
  .addHelpText("after", EXAMPLES);

try {
  await deploy(program.parse().opts<DeployOptions>());
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function deploy(options: DeployOptions): Promise<void> {
  await ensureBuilt((line) => console.log(line));
  await sam(samArguments(TEMPLATE, options, Date.now()));
  const outputs = await stackOutputs(options.stack, options.region);
  await checkRecursionAllowed(outputs.FunctionArn ?? "", options.region);
  for (const [name, value] of Object.entries(outputs)) console.log(`${name}: ${value}`);
  console.log(`\nSubmit polls, a message a line:\n  ${submitLine(options)}`);
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

/** @throws where Lambda would stop the function that feeds its own queue: each poll would die near its 16th request */
async function checkRecursionAllowed(functionArn: string, region?: string): Promise<void> {
  const name = functionArn.split(":")[6];
  if (name === undefined) throw new Error("the stack has no output FunctionArn");
  const lambda = new LambdaClient({ ...(region !== undefined && { region }) });
  try {
    const setting = await lambda.send(
      new GetFunctionRecursionConfigCommand({ FunctionName: name }),
    );
    if (setting.RecursiveLoop === "Allow") return;
    throw new Error(
      `Lambda stops ${name} after 16 rounds through its own queue: ` +
        `run \`aws lambda put-function-recursion-config --function-name ${name} --recursive-loop Allow\``,
    );
  } finally {
    lambda.destroy();
  }
}

function submitLine({ stack, region }: DeployOptions): string {
  const where = region === undefined ? "" : ` --region ${region}`;
  return `npx request-poller submit polls.jsonl --stack ${stack}${where}`;
}
