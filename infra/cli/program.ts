import { Command } from "commander";
import { cancelCommand } from "./cancel.ts";
import { consoleCommand } from "./console.ts";
import { deadLettersCommand } from "./dead-letters.ts";
import { startCommand } from "./demo.ts";
import { deployCommand } from "./deploy.ts";
import { listCommand } from "./list.ts";
import { localCommand } from "./local.ts";
import { nudgeCommand } from "./nudge.ts";
import { outcomesCommand } from "./outcomes.ts";
import { packageVersion } from "./package-version.ts";
import { pauseCommand, resumeCommand } from "./pause.ts";
import { planCommand } from "./plan.ts";
import { pollCommand } from "./poll.ts";
import { presetsCommand } from "./presets.ts";
import { redriveCommand } from "./redrive.ts";
import { statusCommand } from "./status.ts";
import { submitCommand } from "./submit.ts";
import { styled } from "./terminal/output.ts";
import { tryCommand } from "./try.ts";
import { watchCommand } from "./watch.ts";

const EXAMPLES = `
Examples:
  $ request-poller start
  $ request-poller poll https://example.com/jobs/1 --every 10s --timeout 30m
  $ request-poller try https://example.com/jobs/1 --success "body.state == 'ok'"
  $ request-poller presets
  $ request-poller submit polls.jsonl --stack request-poller
  $ request-poller local
  $ request-poller status job-1
  $ request-poller console --stack request-poller
  $ request-poller deploy --stack request-poller

"request-poller help COMMAND" shows more about a command.`;

/** Creates the command line. It throws where commander would end the process. */
export function createProgram(): Command {
  const program = new Command("request-poller")
    .description(
      "Polls HTTP APIs that answer 'accepted, come back later', serverless, on AWS SQS and Lambda.",
    )
    .version(packageVersion())
    .addHelpText("after", EXAMPLES);
  const commands = [
    startCommand(),
    pollCommand(),
    tryCommand(),
    presetsCommand(),
    submitCommand(),
    localCommand(),
    statusCommand(),
    listCommand(),
    watchCommand(),
    cancelCommand(),
    nudgeCommand(),
    outcomesCommand(),
    deadLettersCommand(),
    redriveCommand(),
    pauseCommand(),
    resumeCommand(),
    consoleCommand(),
    planCommand(),
    deployCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...program.commands]) {
    const help =
      command === program ? "request-poller --help" : `request-poller ${command.name()} --help`;
    command
      .exitOverride()
      .showHelpAfterError(`("${help}" shows all options and examples)`)
      .configureOutput({
        outputError: (text, write) => write(text.replace(/^error:/, errorLabel)),
      });
  }
  return program;
}

/** `error:`, in red on a terminal. */
export function errorLabel(): string {
  return styled("red", "error:");
}
