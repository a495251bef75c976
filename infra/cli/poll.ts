import { randomUUID } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import { durationOption } from "./duration-option.ts";
import { interruptible, interruptionSignal } from "./interruption.ts";
import { headerLines, headersOf } from "./poll/header-lines.ts";
import { type MessageOptions, messageFromOptions } from "./poll/message-from-options.ts";
import { describeOutcome } from "./poll/outcome-text.ts";
import { createProgressDisplay } from "./terminal/progress-display.ts";
import { colouredState } from "./terminal/state-colour.ts";
import { ensureBuilt } from "./up-to-date-build.ts";
import { describeState, type PollState, stateAfter } from "./watch/poll-state.ts";
import { parseOutcome } from "./watch/received-outcome.ts";
import type { StackEvent } from "./watch/stack-events.ts";
import { startWatchedStack } from "./watch/watched-stack.ts";

interface PollOptions extends MessageOptions {
  readonly header?: readonly string[];
  readonly headerFile?: readonly string[];
  readonly json?: true;
}

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
      process.exitCode = await poll(url, options);
    });
}

async function poll(url: string, options: PollOptions): Promise<number> {
  const pollId = randomUUID();
  const lines = await headerLines(options.headerFile ?? [], options.header ?? []);
  const headers = headersOf(lines, process.env);
  const message = (): string =>
    messageFromOptions(pollId, url, { ...options, headers }, Date.now());
  // What is wrong with it is said before anything starts; its expiry counts from when it is sent.
  message();
  const interrupted = interruptionSignal();
  await ensureBuilt((line) => console.error(line));
  let state: PollState = { kind: "queued" };
  const shown = withoutQuery(url);
  const line = (): string => {
    const [word, ...rest] = describeState(state, Date.now());
    const cells = [shown, colouredState(word), ...rest];
    return cells.filter((cell) => cell !== "").join("  ");
  };
  const display = createProgressDisplay(process.stderr, () => [line()]);
  const over = interruptible<string>(interrupted);
  const onEvent = (event: StackEvent): void => {
    if (event.kind === "crashed") {
      over.reject(new Error(`the poller's function failed: ${event.error}`));
      return;
    }
    state = stateAfter(event);
    display.happened(line());
    if (event.kind === "outcome") over.resolve(event.body);
    if (event.kind === "dead letter")
      over.reject(new Error(`the poll is a dead letter: ${event.reason}`));
  };
  const watched = await startWatchedStack(onEvent, () => undefined);
  try {
    const { sqs, queueUrl } = watched.stack;
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: message() }));
    const body = await over.promise;
    display.end();
    const outcome = parseOutcome(body);
    console.log(options.json ? body : describeOutcome(outcome).join("\n"));
    return outcome.status === "succeeded" ? 0 : 1;
  } finally {
    display.end();
    await watched.close();
  }
}

/** A query can hold a secret, and progress is read over shoulders and kept in logs. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
