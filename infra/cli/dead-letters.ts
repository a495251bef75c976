import { Command } from "commander";
import type { DeadLetter } from "../../lib/client/index.ts";
import { WHERE_FAILED_POLLS_ARE } from "./dead-letters/where-failed-polls-are.ts";
import { interruptionSignal } from "./interruption.ts";
import { onTarget, type Target } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";

interface DeadLettersOptions extends TargetOptions {
  readonly body?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ request-poller dead-letters
  $ request-poller dead-letters job-3
  $ request-poller dead-letters job-3 --body > job-3.json
  $ request-poller dead-letters --json | jq -r .reason | sort | uniq -c

To repair one: write its message to a file with --body, correct it, and
  $ request-poller redrive --id job-3 --body job-3.json

${WHERE_FAILED_POLLS_ARE}

The letters stay in the queue, and are hidden from other receivers for a minute
at most. A message can hold credentials in its headers: it is shown only with
--body.

Exit code: 0 shown, 1 no such dead letter, 2 wrong option or stack.`;

export function deadLettersCommand(): Command {
  const command = new Command("dead-letters")
    .summary("show what is in the dead-letter queue, and why")
    .description("Shows the dead letters of a stack: which polls, why, and since when.")
    .argument("[id]", "only this one: its pollId or messageId")
    .option("--body", "print only the messages, as they are")
    .option("--json", "print one line of JSON per dead letter, without its message");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (id: string | undefined, options: DeadLettersOptions) => {
      await onTarget(options, (target) => show(target, id, options));
    });
}

async function show(
  { client, name }: Target,
  id: string | undefined,
  { body, json }: DeadLettersOptions,
): Promise<void> {
  const { letterText } = await import("./dead-letters/letter-text.ts");
  const { columnsOf } = await import("./terminal/width.ts");
  const describe = (letter: DeadLetter): string => {
    if (body) return letter.body;
    const { body: _body, ...shown } = letter;
    if (json) return JSON.stringify(shown);
    return letterText(letter, Date.now(), columnsOf(process.stdout)).join("\n");
  };
  let count = 0;
  const signal = interruptionSignal();
  for await (const letter of client.deadLetters({ signal })) {
    if (id !== undefined && id !== letter.pollId && id !== letter.messageId) continue;
    console.log(describe(letter));
    count++;
  }
  signal.throwIfAborted();
  if (count === 0 && id !== undefined) {
    throw new Error(`${name} has no dead letter ${id}: "request-poller dead-letters" shows all`);
  }
  if (count === 0) console.error(`${name} has no dead letters\n${WHERE_FAILED_POLLS_ARE}`);
  else if (!body && !json) {
    console.error(
      '\n"request-poller redrive" sends them back, and its --help says how to repair one first',
    );
  }
}
