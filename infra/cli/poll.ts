import { Command } from "commander";
import { durationOption } from "./duration-option.ts";
import type { PollOptions } from "./poll/poll-to-its-end.ts";
import { withRequestOptions } from "./request-options.ts";

const EXAMPLES = `
Examples:
  $ request-poller poll https://example.com/jobs/1
  $ request-poller poll https://example.com/jobs/1 --every 10s --timeout 30m \\
      --header "Authorization: env:AUTHORIZATION"
  $ request-poller poll https://example.com/jobs/1 --result body.url \\
      --success "body.state == 'done'" --failure "body.state == 'error'"
  $ request-poller poll https://example.com/jobs/1 --json | jq .response.body
  $ request-poller poll https://api.openai.com/v1/batches/batch_7 \\
      --until openai-batch --header "Authorization: Bearer env:TOKEN" --json \\
      | jq -r .result > answers.jsonl
  $ request-poller poll https://api.replicate.com/v1/predictions/1 \\
      --until replicate --header "Authorization: Bearer env:TOKEN"
  $ request-poller poll --start https://example.com/jobs \\
      --data '{"pages":2}' --until http-async --result body.url

--until names the API, as "request-poller presets" lists them: the poller then
knows where the job is polled, when it has ended and where its result is. Other
expressions replace those of the preset. --start starts the job, once, and polls
where the answer says; --method, --header and --data are those of the start.

Without --until and expressions the HTTP status decides: 200, 201 and 203 to 206
succeed; 202, 425, 429, and 403, 413 or 503 with Retry-After are polled again;
other 5xx are retried; all others fail. Expressions are JMESPath over
{ status, headers, body, retryCount, elapsedSeconds, step, request }. Without
--success, the status decides what the other expressions leave open: with
--failure alone, a 200 that does not match it has succeeded.

The local stack may reach this machine and its private network. A deployed stack
reaches public addresses only, unless AllowPrivate says otherwise.

Other users of the machine can see a command line, and the shell's history keeps
it: pass a token as env:VARIABLE, or in a file.

Exit code: 0 succeeded; 1 failed, exhausted or expired; 2 wrong usage.`;

export function pollCommand(): Command {
  const command = new Command("poll")
    .summary("poll a URL on the local stack until its outcome")
    .description("Polls a URL on the local stack until its outcome, and prints it.")
    .argument("[url]", "the URL to poll: absolute, http or https; none with --start")
    .option("--start <url>", "start the job with a request to this URL, and then poll it");
  return withRequestOptions(command)
    .option(
      "--method <method>",
      "GET, HEAD, POST, PUT, PATCH or DELETE; default GET, POST with --data or --start",
    )
    .option("--data <json>", "the body of each request, or of the start")
    .option(
      "--every <duration>",
      "the delay between polls: 45s, 10m or 2h, at most 12h (default: 30s)",
      durationOption("12h"),
    )
    .option("--max-retries <n>", "how many times to poll again (default: 60)")
    .option(
      "--timeout <duration>",
      "when the poll expires, counted from the start of the local stack",
      durationOption("3650d"),
    )
    .option("--json", "print the outcome as one line of JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (url: string | undefined, options: PollOptions) => {
      const { pollToItsEnd } = await import("./poll/poll-to-its-end.ts");
      process.exitCode = await pollToItsEnd(url, options);
    });
}
