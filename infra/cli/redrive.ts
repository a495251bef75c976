import { Command } from "commander";
import { WHERE_FAILED_POLLS_ARE } from "./dead-letters/where-failed-polls-are.ts";
import type { RedriveCommandOptions } from "./redrive/redrive-letters.ts";
import { onTarget } from "./target/open-target.ts";
import { withTargetOptions } from "./target/target-options.ts";
import { textOption } from "./text-option.ts";

const EXAMPLES = `
Examples:
  $ request-poller redrive
  $ request-poller redrive --only unprocessed
  $ request-poller redrive --only "certificate" --stack request-poller --yes
  $ request-poller redrive --id job-3 --body job-3.json

On a terminal it says what it will do, and asks. To repair a message:
"request-poller dead-letters job-3 --body > job-3.json", correct the file, and
give it with --id and --body. It is checked before anything is moved.

A letter whose body is an outcome stays: an outcome cannot be polled.

${WHERE_FAILED_POLLS_ARE}

Exit code: 0 moved, or nothing to move; 1 not moved; 2 wrong option, message or
stack, nothing moved.`;

export function redriveCommand(): Command {
  const command = new Command("redrive")
    .summary("send dead letters back to be polled again")
    .description("Sends dead letters back to the poll queue.")
    .option(
      "--only <reason>",
      "only letters with this status, or whose reason has this text",
      textOption,
    )
    .option("--id <id>", "only this letter: its pollId or messageId", textOption)
    .option(
      "--body <file>",
      "the corrected message of --id; - reads the standard input",
      textOption,
    )
    .option("--yes", "do not ask");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (options: RedriveCommandOptions) => {
      const { redriveLetters } = await import("./redrive/redrive-letters.ts");
      await onTarget(options, (target) => redriveLetters(target, options));
    });
}
