import { Command } from "commander";
import { LOCAL_STACK_PORT } from "../../lib/client/local-stack-port.ts";
import { messageOf } from "../../lib/message-of.ts";
import type { Console } from "../console/console.ts";
import { collect } from "./collect.ts";
import type { PageOptions } from "./console/serve-page.ts";
import { aborted, interruptionSignal } from "./interruption.ts";
import { howToUse } from "./local/how-to-use.ts";
import type { SettingOptions } from "./local/template-settings.ts";
import { portOption } from "./port-option.ts";
import { textOption } from "./text-option.ts";
import { ensureBuilt } from "./up-to-date-build.ts";

interface LocalOptions extends SettingOptions, PageOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ request-poller local
  $ request-poller local --port 9324 --data-dir ./queues
  $ request-poller local --secrets secrets.json
  $ request-poller local --parameter AllowDeliveries=webhook
  $ request-poller local | grep -i error

Runs until you stop it (Ctrl-C). The first line that it prints is the address of
a page with all polls. On a terminal it then shows the polls and what each waits
for; with --json, or into a file or a pipe, it prints what the function logs,
one line of JSON per entry.

With --data-dir, what SQS or DynamoDB has confirmed is still there after a
restart, even after a crash of the process, and a paused stack is still paused.
The folder serves one local stack at a time, and only you can read its files.

The file of --secrets holds each secret by the name that messages give it:
{"secretsmanager:polls/api":{"origins":["http://127.0.0.1:8080"],"value":"..."}}
Messages may name all of them, unless the parameter AllowSecrets says otherwise.
Of AWS, only SQS, DynamoDB and the reading of secrets run locally: an outcome
for an event bus, a topic or a task becomes a dead letter.

Exit code: 0 stopped, 1 not started, 2 wrong option, parameter or file.`;

export function localCommand(): Command {
  return new Command("local")
    .summary("run the stack on this machine, for any SQS client")
    .description(
      "Runs the stack of infra/template.yaml on this machine: its queues, with SQS's protocol, and its function.",
    )
    .option(
      "--port <n>",
      `the port of the SQS endpoint (default: ${LOCAL_STACK_PORT}, or a free one if it is taken)`,
      portOption,
    )
    .option(
      "--data-dir <dir>",
      "keep queues and table in this folder (default: only in memory)",
      textOption,
    )
    .option("--secrets <file>", "the secrets that messages can name, as JSON", textOption)
    .option("--parameter <Name=value>", "a parameter of the template; repeatable", collect)
    .option("--json", "print what the function logs instead of the polls")
    .option("--open", "open the page in your browser")
    .addHelpText("after", EXAMPLES)
    .action(async (options: LocalOptions) => {
      await local(options);
    });
}

async function local({ port, dataDir, open, json, ...options }: LocalOptions): Promise<void> {
  const { templateSettings } = await import("./local/template-settings.ts");
  const settings = await templateSettings(options);
  const interrupted = interruptionSignal();
  await ensureBuilt((line) => console.error(line));
  const { startStackThread } = await import("../local/stack-thread/stack-thread.ts");
  const { localSource } = await import("./console/local-source.ts");
  const { servePage } = await import("./console/serve-page.ts");
  let page: Console | undefined;
  let showsTable = false;
  const early: string[] = [];
  const stack = await startStackThread({
    port: port ?? { port: LOCAL_STACK_PORT, orFree: true },
    ...(dataDir !== undefined && { dataDir }),
    ...settings,
    // The address of the page is the first line.
    onLog: (line) => {
      if (page === undefined) early.push(line);
      else if (!showsTable) console.log(line);
    },
    onInvocation: ({ requestId, pollIds, error }) => {
      page?.pollsChanged(pollIds);
      if (error !== undefined) console.error(`invocation ${requestId} failed: ${error}`);
    },
  });
  try {
    await serve();
  } finally {
    // Also after an error: else the stack would go on, and nobody could stop it.
    await page?.close();
    await stack.close();
  }

  async function serve(): Promise<void> {
    const listensAt = Number(new URL(stack.endpoint).port);
    const source = await localSource(listensAt, settings.secrets);
    showsTable = process.stdout.isTTY && json === undefined && source.hasTable;
    page = await servePage(source, { open }, (line) => console.log(line));
    if (!showsTable) for (const line of early) console.log(line);
    if (port === undefined && listensAt !== LOCAL_STACK_PORT) {
      console.error(
        `port ${LOCAL_STACK_PORT} is taken, perhaps by another local stack: this one listens on ${listensAt}; give the ` +
          `other commands --port ${listensAt}`,
      );
    }
    const portText = listensAt === LOCAL_STACK_PORT ? "" : ` --port ${listensAt}`;
    console.log(`\n${howToUse(stack, portText, page.address)}\n`);
    if (showsTable) {
      const { watchPolls } = await import("./watch/watch-polls.ts");
      const watched = { ...source, name: "this stack" };
      await watchPolls(watched, process.stdout, interrupted).catch((error: unknown) => {
        console.error(`the table of polls has ended: ${messageOf(error)}. The stack goes on.`);
      });
      showsTable = false;
    }
    await aborted(interrupted);
    console.error("Stopping…");
  }
}
