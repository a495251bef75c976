import { isPoison } from "../../../lib/batch/record-result.ts";
import { RecordedAnswerError } from "../../../lib/explain/recorded-answer.ts";
import {
  NotAskedError,
  tryMessage,
  WrongExpressionError,
} from "../../../lib/explain/try-message.ts";
import { messageOf } from "../../../lib/message-of.ts";
import { interruptionSignal } from "../interruption.ts";
import { readSecretsFile } from "../local/secrets-file.ts";
import { headerLines, headersOf } from "../poll/header-lines.ts";
import { type MessageOptions, namingOptions } from "../poll/message-from-options.ts";
import { readText } from "../read-text.ts";
import { UsageError } from "../usage-error.ts";
import { describeExplanation } from "./explanation-text.ts";
import { localSender } from "./local-sender.ts";
import {
  messageOfUrl,
  messageWithOptions,
  type TriedArgument,
  triedArgument,
} from "./tried-message.ts";
import { describeWrongExpression } from "./wrong-expression-text.ts";

export interface TryOptions extends Omit<MessageOptions, "start"> {
  readonly start?: true;
  readonly header?: readonly string[];
  readonly headerFile?: readonly string[];
  /** The file of a recorded answer. */
  readonly answer?: string;
  /** The path of the file of secrets. */
  readonly secrets?: string;
  readonly json?: true;
}

/**
 * Asks once what a poll would ask, or reads a recorded answer, and prints an explanation.
 *
 * @returns the exit code
 * @throws {UsageError} when the message, an option or a file is wrong, before anything is asked
 */
export async function tryIt(argument: string, options: TryOptions): Promise<number> {
  const { start, answer: file, secrets: secretsFile, json } = options;
  const tried = triedArgument(argument);
  const text = await triedText(tried, options);
  const recordedAnswer = file === undefined ? undefined : await readText(file, `--answer ${file}`);
  const secrets = secretsFile === undefined ? {} : await readSecretsFile(secretsFile);
  const sender = localSender(secrets);
  try {
    const explanation = await tryMessage(text, {
      send: sender.send,
      now: Date.now,
      signal: interruptionSignal(),
      mayStart: start === true,
      ...(recordedAnswer !== undefined && { recordedAnswer }),
    });
    console.log(json ? JSON.stringify(explanation) : describeExplanation(explanation).join("\n"));
    return explanation.answer.status === undefined ? 1 : 0;
  } catch (error) {
    throw usageErrorOf(error, tried, file);
  } finally {
    sender.close();
  }
}

async function triedText(tried: TriedArgument, options: TryOptions): Promise<string> {
  const lines = await headerLines(options.headerFile ?? [], options.header ?? []);
  const { start: _, ...others } = options;
  const given = { ...others, headers: headersOf(lines, process.env) };
  switch (tried.kind) {
    case "url":
      return messageOfUrl(tried.url, given, Date.now());
    case "message":
      return messageWithOptions(tried.text, tried.source, given);
    case "file":
      return messageWithOptions(await readMessage(tried.file), tried.file, given);
  }
}

async function readMessage(file: string): Promise<string> {
  try {
    return await readText(file, `MESSAGE ${file}`);
  } catch (cause) {
    const hint = "a URL begins with https:// or http://";
    throw new UsageError(`${messageOf(cause)}; ${hint}`, { cause });
  }
}

function usageErrorOf(error: unknown, { kind }: TriedArgument, answerFile = ""): unknown {
  if (error instanceof WrongExpressionError) return new UsageError(describeWrongExpression(error));
  if (error instanceof RecordedAnswerError) {
    return new UsageError(`--answer ${answerFile}: ${error.message}`);
  }
  if (error instanceof NotAskedError) return new UsageError(error.message + hintFor(error.message));
  if (kind !== "url" && isPoison(error)) return new UsageError(error.message.replace(/\s+/g, " "));
  return namingOptions(error);
}

function hintFor(reason: string): string {
  const recorded = "or explain a recorded answer with --answer FILE";
  if (reason.startsWith("start:")) return `: --start makes it, ${recorded}`;
  if (reason.includes("secret")) return `: give it with --secrets FILE, ${recorded}`;
  return `: ${recorded.slice(3)}`;
}
