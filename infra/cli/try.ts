import { Command } from "commander";
import { durationOption } from "./duration-option.ts";
import { withRequestOptions } from "./request-options.ts";
import type { TryOptions } from "./try/try-it.ts";

const EXAMPLES = `
Examples:
  $ request-poller try https://example.com/jobs/1 --success "body.state == 'ok'"
  $ request-poller try https://example.com/jobs/1 --until http-async \\
      --header "Authorization: Bearer env:TOKEN"
  $ request-poller try message.json
  $ request-poller try '{"request":{"url":"https://example.com/jobs/1"}}'
  $ curl -i https://example.com/jobs/1 > answer.txt
  $ request-poller try message.json --answer answer.txt \\
      --success "body.state == 'done'"

MESSAGE is a poll message: JSON, or a file with it; - is the standard input. A
dead letter's body is one, too. Options replace the expressions and headers of
the message.

The answer of --answer FILE is what "curl -i" prints, or only a body of JSON.
With it, nothing is asked.

Nothing is sent to a queue and nothing is polled again. A start that is not
idempotent starts a job each time, so it is made only with --start. Credentials
are hidden, and so are the values in the query of a URL.

Exit code: 0 explained; 1 there was no answer; 2 wrong usage, message or
expression.`;

export function tryCommand(): Command {
  const command = new Command("try")
    .summary("ask once, and explain what the poller would do")
    .description(
      "Asks once what a poll would ask, and explains the answer: which expression matches on which value, and what would come next. Changes nothing.",
    )
    .argument("<message|url>", "the poll message, its file, or the URL to ask")
    .option("--answer <file>", "explain this recorded answer, and ask nothing")
    .option("--start", "make a start that is not idempotent: it starts a job");
  return withRequestOptions(command)
    .option("--secrets <file>", "the secrets that messages can name, as JSON, as for local")
    .option("--method <method>", "of a URL: GET, HEAD, POST, PUT, PATCH or DELETE")
    .option("--data <json>", "of a URL: the body of the request")
    .option(
      "--every <duration>",
      "of a URL: the delay between polls, 45s, 10m or 2h (default: 30s)",
      durationOption("12h"),
    )
    .option("--json", "print the explanation as one line of JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (argument: string, options: TryOptions) => {
      const { tryIt } = await import("./try/try-it.ts");
      process.exitCode = await tryIt(argument, options);
    });
}
