import { Command } from "commander";
import type { PageOptions } from "./console/serve-page.ts";
import { interruptionSignal } from "./interruption.ts";
import { ensureBuilt } from "./up-to-date-build.ts";

const EXAMPLES = `
Examples:
  $ request-poller start
  $ NO_COLOR=1 request-poller start > demonstration.txt

Starts the local stack and a job API on loopback, polls twelve jobs, one of
which it starts, and sends one broken message. The first line is the address of
a page with all polls. The demonstration ends within a minute, or when you close
the page; on a terminal the page then waits five minutes for you. Exit code: 0
all polls ended as expected, 1 some did not.`;

const NEXT = `
Try next:
  npx request-poller poll https://example.com/    poll any URL until its outcome
  npx request-poller poll --help                  define success and failure
  npx request-poller presets                      the APIs known by their names
  npx request-poller local                        send polls from any AWS SDK`;

export function startCommand(): Command {
  return new Command("start")
    .summary("demonstrate the poller: local stack, job API, polls")
    .description(
      "Demonstrates the poller on this machine: local stack, a job API, and polls with every kind of end.",
    )
    .option("--open", "open the page in your browser")
    .addHelpText("after", EXAMPLES)
    .action(async (options: PageOptions) => {
      const interrupted = interruptionSignal();
      await ensureBuilt((line) => console.error(line));
      const { runDemonstration } = await import("./demo/demonstration.ts");
      const problems = await runDemonstration(process.stdout, interrupted, options);
      for (const problem of problems) console.error(problem);
      if (problems.length === 0) console.log(NEXT);
      process.exitCode = problems.length === 0 ? 0 : 1;
    });
}
