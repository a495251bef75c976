import { createReadStream } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { isPoison } from "../../../lib/batch/record-result.ts";
import { messageOf } from "../../message-of.ts";
import { interruptionSignal } from "../interruption.ts";
import { applySettings } from "../target/aws-settings.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";
import { UsageError } from "../usage-error.ts";
import { clientConfig, type QueueOptions } from "./client-config.ts";
import { type FileMessage, nameAll, nameOf, splitMessages } from "./message-file.ts";
import { namingRegionOption } from "./region.ts";
import { stackQueueUrl } from "./stack-queue.ts";

const SHOWN_PROBLEMS = 20;

/** How many messages are checked before the display is updated. */
const CHECKED_AT_ONCE = 500;

export type SubmitOptions = Partial<QueueOptions> & {
  readonly stack?: string;
  /** Of the user's AWS settings. */
  readonly profile?: string;
  /** Of the local stack. */
  readonly port?: number;
};

/**
 * Sends the messages of a file, after checking all of them.
 *
 * @param file the path of the file; `-` is the standard input
 * @returns the exit code
 * @throws {UsageError} when an option or a message is wrong, before anything is sent
 */
export async function submitFile(file: string, options: SubmitOptions): Promise<number> {
  applySettings({ profile: options.profile }, process.env);
  const queue = await queueOf(options);
  const { queueUrl } = queue;
  const config = clientConfig({ ...queue, ...options, queueUrl }, process.env);
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
  // Loaded late: loading the AWS clients doubles the time until a wrong option is reported.
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  const client = new SQSClient(config);
  try {
    await requireRegion(client);
    await checkAll(source, messages, advance);
    doing = "sent";
    done = 0;
    const signal = interruptionSignal();
    const { sendAll } = await import("./send-all.ts");
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
    if (refused.some(({ reason }) => reason.includes("ECONNREFUSED"))) {
      console.error(
        "nothing listens at that URL: if it is the local stack, start `request-poller local` and use the URL that it prints",
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

/** @throws {UsageError} before a message is sent, where the SDK would report the same error for each message. */
async function requireRegion(client: SQSClient): Promise<void> {
  try {
    await client.config.region();
  } catch (error) {
    throw new UsageError(namingRegionOption(messageOf(error)), { cause: error });
  }
}

async function queueOf({
  stack,
  queueUrl,
  region,
  port,
}: SubmitOptions): Promise<Pick<QueueOptions, "queueUrl" | "endpointUrl">> {
  const given = [stack, queueUrl, port].filter((option) => option !== undefined);
  if (given.length > 1) {
    throw new UsageError("give one of --stack, --queue-url and --port to name the queue");
  }
  if (queueUrl !== undefined) return { queueUrl };
  if (stack !== undefined) return { queueUrl: await stackQueueUrl(stack, region) };
  const { NoLocalStackError, readLocalStack } = await import("../../../lib/client/local-stack.ts");
  try {
    const { endpoints, outputs } = await readLocalStack(port);
    // The environment may name the endpoint of another stack, even of one that has ended.
    return { queueUrl: outputs.QueueUrl ?? "", endpointUrl: endpoints.sqs };
  } catch (error) {
    if (!(error instanceof NoLocalStackError)) throw error;
    throw new UsageError(`${error.message}, or name a queue with --stack or --queue-url`);
  }
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
    const reason = error instanceof TypeError ? "it is not UTF-8" : messageOf(error);
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

/** @throws {UsageError} naming each message that the poller would refuse. */
async function checkAll(
  source: string,
  messages: readonly FileMessage[],
  onChecked: (count: number) => void,
): Promise<void> {
  const { parsePollMessage } = await import("../../../lib/poll/message/parse.ts");
  const problems: string[] = [];
  for (const [index, message] of messages.entries()) {
    const problem = problemOf(message, parsePollMessage);
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

function problemOf({ text }: FileMessage, parse: (text: string) => unknown): string | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    // The name of a field may contain line breaks.
    if (isPoison(error)) return error.message.replace(/\s+/g, " ");
    throw error;
  }
}
