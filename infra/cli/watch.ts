import { Command } from "commander";
import { interruptionSignal } from "./interruption.ts";
import { onTargetWithTable } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";

const EXAMPLES = `
Examples:
  $ request-poller watch
  $ request-poller watch --stack request-poller
  $ request-poller watch | tee changes.txt

Shows the polls that changed last, and what each waits for, until you stop it
(Ctrl-C). Not on a terminal, it prints one line per change. It reads the whole
table again and again: each second of a local stack, every 15 seconds of a
deployed one, which costs about $0.01 per hour for 1,000 polls of 1 KB.

Exit code: 0 stopped, 1 not watched, 2 wrong option or stack.`;

export function watchCommand(): Command {
  const command = new Command("watch")
    .summary("watch the polls of a stack in a live table")
    .description("Shows a live table of the polls of a stack.");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (options: TargetOptions) => {
      await onTargetWithTable("watch", options, async (target) => {
        const { watchPolls } = await import("./watch/watch-polls.ts");
        await watchPolls(target, process.stdout, interruptionSignal());
      });
    });
}
