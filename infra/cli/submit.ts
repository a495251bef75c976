import { createReadStream } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import { isPoison } from "../../lib/batch/record-result.ts";
import { parsePollMessage } from "../../lib/poll/message/parse.ts";
import { interruptionSignal } from "./interruption.ts";
import { clientConfig, type QueueOptions } from "./submit/client-config.ts";
import { type FileMessage, nameAll, nameOf, splitMessages } from "./submit/message-file.ts";
import { namingRegionOption } from "./submit/region.ts";
import { sendAll } from "./submit/send-all.ts";
import { stackQueueUrl } from "./submit/stack-queue.ts";
import { createProgressDisplay } from "./terminal/progress-display.ts";
import { UsageError } from "./usage-error.ts";

const EXAMPLES = `
Examples:
  $ request-poller submit polls.jsonl --stack request-poller
  $ request-poller submit polls.jsonl --queue-url https://sqs.eu-west-1.amazonaws.com/123456789012/polls
  $ generate-polls | request-poller submit - --queue-url "$QUEUE_URL" --region eu-west-1
  $ request-poller submit polls.json --queue-url http://127.0.0.1:9324/000000000000/request-poller-polls

A message is a JSON object; the least is {"request":{"url":"https://example.com/jobs/1"}}.
FILE holds one, a JSON array of them, or JSON Lines (one a line). All are checked before any is sent.

A pollId names one poll: a message with the id of a poll that waits changes nothing, and one with the id of a poll that
has ended gets its old outcome again, until 28 days after that end (after its expiresAt, where that is later). For a
new poll take a new pollId, or none.

Exit code: 0 all sent, 1 not all sent, 2 a message or an option is wrong and nothing was sent.`;

const SHOWN_PROBLEMS = 20;

/** Messages checked between two looks at the display. */
const CHECKED_AT_ONCE = 500;

export function submitCommand(): Command {
  return new Command("submit")
    .summary("check messages and send them to a queue")
    .description("Checks the messages in a file and sends them to an SQS queue.")
    .argument("<file>", "the messages; - reads them from the standard input")
    .option("--stack <name>", "the deployed stack whose poll queue it is")
    .option("--queue-url <url>", "the poll queue itself")
    .option("--region <region>", "its AWS region; taken from the queue's URL where it says so")
    .option("--endpoint-url <url>", "where SQS is reached, instead of AWS")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: SubmitOptions) => {
      process.exitCode = await submit(file, options);
    });
}

type SubmitOptions = Partial<QueueOptions> & { readonly stack?: string };

async function submit(file: string, options: SubmitOptions): Promise<number> {
  const queueUrl = await queueUrlOf(options);
  const config = clientConfig({ ...options, queueUrl }, process.env);
  const source = file === "-" ? "standard input" : file;
  const messages = splitIn(source, await readText(file, source));
  let doing = "checked";
  let done = 0;
  const line = () => `${doing} ${done} of ${messages.length} messages`;
  const display = createProgressDisplay(process.stderr, () => [line()]);
  const advance = (count: number): void => {
    const tenth = Math.floor((done * 10) / messages.length);
    done = count;
    if (Math.floor((done * 10) / messages.length) !== tenth) display.happened(line());
  };
  const client = new SQSClient(config);
  try {
    await requireRegion(client);
    await checkAll(source, messages, advance);
    doing = "sent";
    done = 0;
    const signal = interruptionSignal();
    const { sent, refused, untried } = await sendAll(client, queueUrl, messages, advance, signal);
    display.end();
    for (const { message, reason } of refused.slice(0, SHOWN_PROBLEMS)) {
      console.error(`${nameOf(message)}: not sent: ${reason.replace(/\s+/g, " ")}`);
    }
    if (refused.length > SHOWN_PROBLEMS) {
      console.error(
        `not sent either: ${nameAll(refused.slice(SHOWN_PROBLEMS).map(({ message }) => message))}`,
      );
    }
    if (untried.length > 0) console.error(`not tried after that: ${nameAll(untried)}`);
    console.log(`${sent} of ${messages.length} messages sent to ${queueUrl}`);
    signal.throwIfAborted();
    return sent === messages.length ? 0 : 1;
  } finally {
    display.end();
    client.destroy();
  }
}

/** @throws {UsageError} before a message is sent, where the SDK would say the same of each. */
async function requireRegion(client: SQSClient): Promise<void> {
  try {
    await client.config.region();
  } catch (error) {
    throw new UsageError(namingRegionOption(reasonOf(error)), { cause: error });
  }
}

function queueUrlOf({ stack, queueUrl, region }: SubmitOptions): Promise<string> | string {
  if (stack !== undefined && queueUrl === undefined) return stackQueueUrl(stack, region);
  if (stack === undefined && queueUrl !== undefined) return queueUrl;
  throw new UsageError("give either --stack or --queue-url: one of them names the queue");
}

/** @throws {UsageError} when the file cannot be read, or is not UTF-8. */
async function readText(file: string, source: string): Promise<string> {
  const stream = file === "-" ? process.stdin : createReadStream(file);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parts: string[] = [];
  try {
    for await (const chunk of stream) parts.push(decoder.decode(chunk, { stream: true }));
    parts.push(decoder.decode());
    return parts.join("");
  } catch (error) {
    const reason = error instanceof TypeError ? "it is not UTF-8" : reasonOf(error);
    throw new UsageError(`${source} cannot be read: ${reason}`, { cause: error });
  }
}

function splitIn(source: string, text: string): FileMessage[] {
  try {
    return splitMessages(text);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${source}: ${error.message}`) : error;
  }
}

/** @throws {UsageError} naming each message that the poller would not take. */
async function checkAll(
  source: string,
  messages: readonly FileMessage[],
  onChecked: (count: number) => void,
): Promise<void> {
  const problems: string[] = [];
  for (const [index, message] of messages.entries()) {
    const problem = problemOf(message);
    if (problem !== undefined) problems.push(`  ${nameOf(message)}: ${problem}`);
    if ((index + 1) % CHECKED_AT_ONCE === 0) {
      onChecked(index + 1);
      await setImmediate();
    }
  }
  if (problems.length === 0) return;
  const more = problems.length - SHOWN_PROBLEMS;
  throw new UsageError(
    [
      `${source}: ${problems.length} of ${messages.length} messages cannot be polled; nothing was sent`,
      ...problems.slice(0, SHOWN_PROBLEMS),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join("\n"),
  );
}

function problemOf({ text }: FileMessage): string | undefined {
  try {
    parsePollMessage(text);
    return undefined;
  } catch (error) {
    // A field's name may hold line breaks.
    if (isPoison(error)) return error.message.replace(/\s+/g, " ");
    throw error;
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
