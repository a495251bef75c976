import { Command } from "commander";
import { durationOption } from "./duration-option.ts";
import type { PollOptions } from "./poll/poll-to-its-end.ts";

const EXAMPLES = `
Examples:
  $ request-poller poll https://example.com/jobs/1
  $ request-poller poll https://example.com/jobs/1 --every 10s --timeout 30m --header "Authorization: env:AUTHORIZATION"
  $ request-poller poll https://example.com/jobs/1 --success "body.state == 'done'" --failure "body.state == 'error'" --result body.url
  $ request-poller poll https://example.com/jobs/1 --json | jq .response.body

Without expressions the status decides: 200 and most of its kin end the poll, 202, 425, 429 and a 403, 413 or
503 with Retry-After are asked again, other 5xx are retried, anything else fails. Expressions are JMESPath over
{ status, headers, body, retryCount, elapsedSeconds }.

What stands on a command line can be read by others on the machine, and in the shell's history: give a token by
env:VARIABLE, or in a file.

Exit code: 0 succeeded; 1 failed, exhausted or expired; 2 bad usage.`;

const collect = (value: string, values: readonly string[] = []): string[] => [...values, value];

export function pollCommand(): Command {
  return new Command("poll")
    .summary("poll a URL on the local stack until its outcome")
    .description("Polls a URL on the local stack until its outcome, and prints it.")
    .argument("<url>", "what to ask: an absolute http or https URL")
    .option("--success <expr>", "the poll has succeeded when this is true")
    .option("--failure <expr>", "the poll has failed when this is true")
    .option("--pending <expr>", "ask again when this is true, whatever the others say")
    .option("--result <expr>", "what to print of the last response")
    .option(
      "--header <line>",
      "a header, 'Name: value' or 'Name: env:VARIABLE'; can be given several times",
      collect,
    )
    .option("--header-file <file>", "a file of such headers, one per line", collect)
    .option(
      "--method <method>",
      "GET, HEAD, POST, PUT, PATCH or DELETE; default GET, POST with --data",
    )
    .option("--data <json>", "the body of each request")
    .option(
      "--every <duration>",
      "the delay between polls, at most 12h (default: 30s)",
      durationOption("12h"),
    )
    .option("--max-retries <n>", "how often to ask again (default: 60)")
    .option(
      "--timeout <duration>",
      "when the poll expires, counted from when the local stack is up",
      durationOption("3650d"),
    )
    .option("--json", "print the outcome as one line of JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (url: string, options: PollOptions) => {
      const { pollToItsEnd } = await import("./poll/poll-to-its-end.ts");
      process.exitCode = await pollToItsEnd(url, options);
    });
}
