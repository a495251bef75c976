import { InvalidMessageError, SubmitError } from "../../../lib/client/client-errors.ts";
import { interruptionSignal } from "../interruption.ts";
import { readText } from "../read-text.ts";
import { applySettings } from "../target/aws-settings.ts";
import { onDeployedStack } from "../target/open-target.ts";
import { regionOf } from "../target/region.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";
import { UsageError } from "../usage-error.ts";
import { pollIdIn } from "../watch/stack-events.ts";
import { clientConfig, type QueueOptions } from "./client-config.ts";
import { type FileMessage, nameAll, nameOf, splitMessages } from "./message-file.ts";
import { stackQueueUrl } from "./stack-queue.ts";

const SHOWN_AT_MOST = 20;

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
  const total = messages.length;
  let tenths = 0;
  let line = `checking ${total} messages`;
  const display = createProgressDisplay(process.stderr, () => [line]);
  const onProgress = (sent: number): void => {
    const before = tenths;
    tenths = Math.floor((sent * 10) / total);
    line = `sent ${sent} of ${total} messages`;
    if (tenths !== before) display.happened(line);
  };
  // Loaded late: loading the AWS clients doubles the time until a wrong option is reported.
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  const { createPollClient } = await import("../../../lib/client/index.ts");
  const sqs = new SQSClient(config);
  const signal = interruptionSignal();
  try {
    // Once, before a message is sent: the SDK would report the same error for each message.
    await regionOf(sqs);
    const texts = messages.map(({ text }) => text);
    const client = createPollClient({ queueUrl, sqs });
    const pollIds = await client.submit(texts, { signal, onProgress });
    display.end();
    nameNewIds(messages, pollIds);
    console.log(`${total} of ${total} messages sent to ${queueUrl}`);
    return 0;
  } catch (error) {
    if (error instanceof InvalidMessageError) throw refusalOf(error, messages, source);
    if (!(error instanceof SubmitError)) throw error;
    display.end();
    nameUnsent(error, messages);
    console.log(`${error.sent.length} of ${total} messages sent to ${queueUrl}`);
    signal.throwIfAborted();
    return 1;
  } finally {
    display.end();
    sqs.destroy();
  }
}

/** Says the ids of polls whose messages have none: the other commands ask for them. */
function nameNewIds(messages: readonly FileMessage[], pollIds: readonly string[]): void {
  if (messages.length > SHOWN_AT_MOST) return;
  for (const [index, message] of messages.entries()) {
    if (pollIdIn(message.text) === undefined) {
      console.error(`${nameOf(message)}: its pollId is ${pollIds[index]}`);
    }
  }
}

function nameUnsent({ unsent }: SubmitError, messages: readonly FileMessage[]): void {
  const named = unsent.flatMap(({ index, ...why }) => {
    const message = messages[index];
    return message === undefined ? [] : [{ message, ...why }];
  });
  const refused = named.filter(({ wasTried, mayBeSent }) => wasTried && !mayBeSent);
  const uncertain = named.filter(({ mayBeSent }) => mayBeSent);
  const untried = named.filter(({ wasTried }) => !wasTried);
  for (const { message, reason } of refused.slice(0, SHOWN_AT_MOST)) {
    console.error(`${nameOf(message)}: not sent: ${inOneLine(reason)}`);
  }
  nameOthers("not sent either", refused);
  for (const { message, pollId, reason } of uncertain.slice(0, SHOWN_AT_MOST)) {
    console.error(
      `${nameOf(message)}: may have been sent, with the pollId ${pollId}: ${inOneLine(reason)}`,
    );
  }
  nameOthers("may have been sent, too", uncertain);
  if (uncertain.length > 0) {
    console.error(
      "submit what may have been sent again only with the same pollIds: while a poll runs, a second message with its pollId changes nothing",
    );
  }
  if (refused.some(({ reason }) => reason.includes("ECONNREFUSED"))) {
    console.error(
      "nothing listens at that URL: if it is the local stack, start `request-poller local` and use the URL that it prints",
    );
  }
  if (untried.length > 0) {
    console.error(`not tried after that: ${nameAll(untried.map(({ message }) => message))}`);
  }
}

function nameOthers(what: string, named: readonly { readonly message: FileMessage }[]): void {
  const others = named.slice(SHOWN_AT_MOST).map(({ message }) => message);
  if (others.length > 0) console.error(`${what}: ${nameAll(others)}`);
}

const inOneLine = (reason: string): string => reason.replace(/\s+/g, " ");

function refusalOf(
  { invalid }: InvalidMessageError,
  messages: readonly FileMessage[],
  source: string,
): UsageError {
  const problems = invalid.slice(0, SHOWN_AT_MOST).flatMap(({ index, reason }) => {
    const message = messages[index];
    return message === undefined ? [] : [`  ${nameOf(message)}: ${reason}`];
  });
  const more = invalid.length - SHOWN_AT_MOST;
  return new UsageError(
    [
      `${source}: ${invalid.length} of ${messages.length} messages cannot be polled; nothing was sent`,
      ...problems,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join("\n"),
  );
}

async function queueOf({
  stack,
  queueUrl,
  port,
  ...aws
}: SubmitOptions): Promise<Pick<QueueOptions, "queueUrl" | "endpointUrl">> {
  const given = [stack, queueUrl, port].filter((option) => option !== undefined);
  if (given.length > 1) {
    throw new UsageError("give one of --stack, --queue-url and --port to name the queue");
  }
  if (queueUrl !== undefined) return { queueUrl };
  if (stack !== undefined) {
    return { queueUrl: await onDeployedStack(stack, aws, () => stackQueueUrl(stack)) };
  }
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

function splitIn(source: string, text: string): FileMessage[] {
  try {
    return splitMessages(text);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${source}: ${error.message}`) : error;
  }
}
