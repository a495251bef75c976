import { Command } from "commander";
import { isKnownPaused } from "../../lib/client/known-pause.ts";
import { isEnding } from "../../lib/polls/poll-states.ts";
import { pausedText } from "./polls/paused-text.ts";
import { whyUnknown } from "./status/why-unknown.ts";
import { onTargetWithTable, type Target } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";

const EXAMPLES = `
Examples:
  $ request-poller status job-1
  $ request-poller status job-1 --stack request-poller --region eu-west-1
  $ request-poller status job-1 --json | jq -r .state

Says what the poll waits for, and shows its last steps, the oldest first.

Exit code: 0 shown, 1 no such poll, 2 wrong option or stack.`;

export function statusCommand(): Command {
  const command = new Command("status")
    .summary("show where a poll is")
    .description("Shows where a poll is: its state, what it waits for, and its steps.")
    .argument("<pollId>", "the poll")
    .option("--json", "print one line of JSON");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (pollId: string, { json, ...options }: TargetOptions & { json?: true }) => {
      await onTargetWithTable("status", options, (target) => show(pollId, target, json));
    });
}

async function show(pollId: string, target: Target, json?: true): Promise<void> {
  const { client, name } = target;
  const status = await client.status(pollId);
  if (status === undefined) throw new Error(await whyUnknown(pollId, target));
  if (json) {
    console.log(JSON.stringify(status));
    return;
  }
  const { timeline } = await import("./status/timeline.ts");
  const { columnsOf } = await import("./terminal/width.ts");
  const columns = columnsOf(process.stdout);
  const paused =
    !isEnding(status.state) && (await isKnownPaused(client)) ? pausedText(name) : undefined;
  console.log(timeline(status, Date.now(), columns, paused).join("\n"));
}
