import { Command } from "commander";
import { onTargetWithTable } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";

const EXAMPLES = `
Examples:
  $ request-poller nudge job-1
  $ request-poller nudge job-1 job-2 --stack request-poller

On the local stack a poll is asked at once. On a deployed one it is asked within
15 minutes, or when it is due, if that is sooner: a message that waits in SQS
cannot be made visible earlier, so a long wait is cut where the poller looks at
it, each 15 minutes. The request uses a retry, as any other. A request that is
under way is not made again.

Exit code: 0 all nudged, 1 some had ended or are not known, 2 wrong option or
stack.`;

export function nudgeCommand(): Command {
  const command = new Command("nudge")
    .summary("ask polls now, without the rest of their wait")
    .description("Asks polls before they are due.")
    .argument("<pollIds...>", "the polls");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (pollIds: string[], options: TargetOptions) => {
      await onTargetWithTable("nudge", options, async ({ client, name }) => {
        for (const pollId of pollIds) {
          const result = await client.nudge(pollId);
          if (result?.nudged) {
            console.log(`${pollId}: is asked ${whenWords(result.withinSeconds)}`);
            continue;
          }
          process.exitCode = 1;
          if (result !== undefined) console.log(`${pollId}: has ended already: ${result.state}`);
          else {
            console.error(
              `${pollId}: ${name} does not know it. A poll is known once its first message was received`,
            );
          }
        }
      });
    });
}

function whenWords(withinSeconds: number): string {
  return withinSeconds === 0
    ? "now"
    : `within ${withinSeconds / 60} minutes, or when it is due, if that is sooner`;
}
