import { Command } from "commander";
import { LOCAL_STACK_PORT } from "../../lib/client/local-stack-port.ts";
import type { PageOptions } from "./console/serve-page.ts";
import { aborted, interruptionSignal } from "./interruption.ts";
import { onStack } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";
import { ensureBuilt } from "./up-to-date-build.ts";

interface ConsoleOptions extends PageOptions, TargetOptions {}

const EXAMPLES = `
Examples:
  $ request-poller console --stack request-poller
  $ request-poller console --stack request-poller --region eu-west-1 --open
  $ request-poller console

Serves a page on this machine that shows every poll, with its timeline; cancels,
submits and tries polls, and redrives dead letters. The first line that it
prints is the page's address. Without --stack it shows the local stack that
"request-poller local" runs, which has a page of its own, too.

It calls AWS with your credentials: what they may not do, the page cannot do. It
needs dynamodb:Scan and GetItem on the table, and sqs:GetQueueAttributes; to say
that the stack is paused also lambda:ListEventSourceMappings; to change
something also dynamodb:UpdateItem, and to send, receive and delete messages.
While a page is open it reads the whole table again and again: it says how often
and what that costs, at most about $0.10 per hour.

Runs until you stop it (Ctrl-C). Exit code: 0 stopped, 1 not started, 2 wrong
option or stack.`;

export function consoleCommand(): Command {
  const command = new Command("console")
    .summary("serve a page that shows every poll of a stack")
    .description("Serves a page on this machine that shows every poll of a stack.");
  return withTargetOptions(command)
    .option("--open", "open the page in your browser")
    .addHelpText("after", EXAMPLES)
    .action(async (options: ConsoleOptions) => {
      await serveConsole(options);
    });
}

async function serveConsole(options: ConsoleOptions): Promise<void> {
  await ensureBuilt((line) => console.error(line));
  const source = await onStack(options, {
    local: async (port = LOCAL_STACK_PORT) => {
      const { localSource } = await import("./console/local-source.ts");
      return localSource(port);
    },
    deployed: async (stack) => {
      const { deployedSource } = await import("./console/deployed-source.ts");
      return deployedSource(stack);
    },
  });
  const { servePage } = await import("./console/serve-page.ts");
  // Not before: while AWS does not answer, there is nothing to close.
  const interrupted = interruptionSignal();
  const page = await servePage(source, options, (line) => console.log(line));
  console.error(`
That is the page of ${source.name}. Its address lets whoever has it do all that the page can.
Running until you stop it (Ctrl-C).`);
  await aborted(interrupted);
  await page.close();
}
