import type { Command } from "commander";
import { LOCAL_STACK_PORT } from "../../../lib/client/local-stack-port.ts";
import { portOption } from "../port-option.ts";
import { textOption } from "../text-option.ts";

/** Which stack a command is about. */
export interface TargetOptions {
  /** A deployed stack; without it, the local one. */
  readonly stack?: string;
  readonly port?: number;
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
}

/** Adds the options that name the stack. */
export function withTargetOptions(command: Command): Command {
  return command
    .option("--stack <name>", "the deployed stack (default: the local stack)", textOption)
    .option("--port <n>", `the port of the local stack (default: ${LOCAL_STACK_PORT})`, portOption)
    .option(
      "--region <region>",
      "the AWS region of the stack; default: AWS_REGION, AWS_DEFAULT_REGION, or your profile's",
      textOption,
    )
    .option("--profile <name>", "the profile of your AWS settings", textOption)
    .option("--endpoint-url <url>", "another endpoint than AWS's", textOption);
}
