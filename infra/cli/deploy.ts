import { Command } from "commander";
import { collect } from "./collect.ts";
import type { DeployOptions } from "./deploy/deploy-stack.ts";
import { textOption } from "./text-option.ts";

const EXAMPLES = `
Examples:
  $ request-poller deploy --stack request-poller
  $ request-poller deploy --guided
  $ request-poller deploy --stack request-poller \\
      --parameter MaximumConcurrency=50 --parameter AllowHosts=api.example.com

Needs the AWS SAM CLI and AWS credentials. Parameters that you do not give keep
their values. All are checked before SAM is called.

Exit code: 0 deployed, 1 not deployed, 2 wrong option or parameter, nothing
started.`;

export function deployCommand(): Command {
  return new Command("deploy")
    .summary("deploy the poller to AWS, with the AWS SAM CLI")
    .description("Deploys the poller's template, infra/template.yaml, with the AWS SAM CLI.")
    .option("--stack <name>", "the CloudFormation stack to create or to change", textOption)
    .option(
      "--region <region>",
      "the AWS region of the stack; default: AWS_REGION, AWS_DEFAULT_REGION, or your profile's",
      textOption,
    )
    .option("--guided", "ask for the stack's name and region, and let SAM ask for every parameter")
    .option("--parameter <Name=value>", "a parameter of the template; repeatable", collect)
    .addHelpText("after", EXAMPLES)
    .action(async (options: DeployOptions) => {
      const { deployStack } = await import("./deploy/deploy-stack.ts");
      await deployStack(options);
    });
}
