import { Command } from "commander";
import { onTargetWithTable } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";

interface CancelOptions extends TargetOptions {
  readonly unseen?: true;
}

const EXAMPLES = `
Examples:
  $ request-poller cancel job-1
  $ request-poller cancel job-1 job-2 --stack request-poller
  $ request-poller cancel job-9 --unseen

A poll under way ends after its request. Its outcome, "cancelled", is delivered
when its next message is due. If its message has "abort", that request is made
then, once. With --unseen, a pollId that the stack does not know yet is
cancelled, too: its message ends as soon as it is received.

Exit code: 0 all cancelled, 1 some had ended or are not known, 2 wrong option or
stack.`;

export function cancelCommand(): Command {
  const command = new Command("cancel")
    .summary("end polls with the outcome cancelled")
    .description("Ends polls with the outcome cancelled.")
    .argument("<pollIds...>", "the polls")
    .option("--unseen", "also polls whose first message was not received yet");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (pollIds: string[], { unseen, ...options }: CancelOptions) => {
      await onTargetWithTable("cancel", options, async ({ client, name }) => {
        for (const pollId of pollIds) {
          if (!unseen && (await client.status(pollId)) === undefined) {
            console.error(
              `${pollId}: ${name} does not know it. "request-poller list" shows those it knows; --unseen cancels it before it is received`,
            );
            process.exitCode = 1;
            continue;
          }
          const { cancelled, state } = await client.cancel(pollId);
          console.log(`${pollId}: ${cancelled ? "cancelled" : `has ended already: ${state}`}`);
          if (!cancelled) process.exitCode = 1;
        }
      });
    });
}
