import { Command } from "commander";
import type { QueuedOutcome } from "../../lib/client/index.ts";
import { interruptionSignal } from "./interruption.ts";
import { onTarget, type Target } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";

interface OutcomesOptions extends TargetOptions {
  readonly follow?: true;
  readonly delete?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ request-poller outcomes
  $ request-poller outcomes --follow --delete --json >> outcomes.jsonl
  $ request-poller outcomes --stack request-poller

Receives what is in the outcome queue, and prints it. The outcomes stay in the
queue, and are hidden from other receivers for a minute at most; with --delete
each is deleted after it is printed.

Exit code: 0 printed, 1 not all, 2 wrong option or stack.`;

export function outcomesCommand(): Command {
  const command = new Command("outcomes")
    .summary("receive and print outcomes")
    .description("Receives the outcomes in the outcome queue, and prints them.")
    .option("--follow", "go on when the queue is empty, until you stop it (Ctrl-C)")
    .option("--delete", "delete each outcome after it is printed")
    .option("--json", "print each outcome as one line of JSON, as it is in the queue");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (options: OutcomesOptions) => {
      await onTarget(options, (target) => print(target, options));
    });
}

const NONE = "no outcome in the queue; one that somebody else has received is hidden for a while";

async function print({ client }: Target, options: OutcomesOptions): Promise<void> {
  const { describeQueued } = await import("./poll/outcome-text.ts");
  const { printed } = await import("./terminal/printed.ts");
  const describe = ({ body }: QueuedOutcome) => (options.json ? body : describeQueued(body));
  const { follow = false } = options;
  const signal = interruptionSignal();
  let count = 0;
  for await (const queued of client.outcomes({ follow, signal })) {
    await printed(describe(queued));
    if (options.delete) await queued.delete();
    count++;
  }
  if (!follow) signal.throwIfAborted();
  const outcomes = count === 1 ? "1 outcome" : `${count} outcomes`;
  const became = options.delete
    ? "deleted"
    : "still in the queue: --delete deletes what is printed";
  console.error(count === 0 ? NONE : `${outcomes}, ${became}`);
}
