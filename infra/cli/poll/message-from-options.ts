import { isPoison } from "../../../lib/batch/record-result.ts";
import { jsonErrorPlace } from "../../../lib/json/error-place.ts";
import { parseJsonExactly, toJson } from "../../../lib/json/json.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { UsageError } from "../usage-error.ts";

/** The options of `request-poller poll`. */
export interface MessageOptions {
  /** By name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly success?: string;
  readonly failure?: string;
  readonly pending?: string;
  readonly result?: string;
  readonly method?: string;
  readonly data?: string;
  /** Seconds. */
  readonly every?: number;
  readonly maxRetries?: string;
  /** Seconds. */
  readonly timeout?: number;
}

/** The success rule of preset `http` as an expression. It stays in effect when only `--result` is given. */
const SUCCESS_OF_THE_PRESET = "contains(`[200, 201, 203, 204, 205, 206]`, status)";

const OPTION_OF_FIELD = {
  "request.url": "URL",
  "request.method": "--method",
  "request.headers": "--header",
  "until.success": "--success",
  "until.failure": "--failure",
  "until.pending": "--pending",
  "until.result": "--result",
  delaySeconds: "--every",
  maxRetries: "--max-retries",
  expiresAt: "--timeout",
};

/**
 * Creates the body of a poll message from the options of the command line.
 *
 * @param now Epoch ms; `timeout` counts from here.
 * @returns JSON, checked to be a message that the poller accepts.
 * @throws {UsageError} naming the field and its option, never the text of a header or of the data.
 */
export function messageFromOptions(
  pollId: string,
  url: string,
  options: MessageOptions,
  now: number,
): string {
  const text = toJson({
    pollId,
    request: {
      url,
      method: options.method?.toUpperCase() ?? (options.data === undefined ? "GET" : "POST"),
      headers: options.headers ?? {},
      body: parseData(options.data),
    },
    until: acceptors(options),
    delaySeconds: options.every,
    maxRetries: parseInteger(options.maxRetries),
    expiresAt:
      options.timeout === undefined
        ? undefined
        : new Date(now + options.timeout * 1000).toISOString(),
  });
  try {
    parsePollMessage(text);
  } catch (error) {
    if (isPoison(error)) throw new UsageError(namingOptions(error.message));
    throw error;
  }
  return text;
}

function acceptors({ success, failure, pending, result }: MessageOptions): object | undefined {
  const given = [success, failure, pending, result].some((expression) => expression !== undefined);
  return given
    ? { success: success ?? SUCCESS_OF_THE_PRESET, failure, pending, result }
    : undefined;
}

function parseData(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parseJsonExactly(text);
  } catch {
    throw new UsageError(
      `--data is not JSON: ${jsonErrorPlace(text)}; write a string with its quotes, '"like this"'`,
    );
  }
}

/** NaN becomes null in JSON, which the schema of the message refuses with its own error. */
function parseInteger(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function namingOptions(problems: string): string {
  return problems
    .split("; ")
    .map((problem) => {
      const field = Object.entries(OPTION_OF_FIELD).find(([name]) => startsField(problem, name));
      return field === undefined ? problem : `${field[1]}: ${problem}${hintFor(problem)}`;
    })
    .join("; ");
}

/** `localhost:8080/jobs` is a URL with the scheme `localhost:`, which a newcomer does not expect. */
const hintFor = (problem: string): string =>
  problem.endsWith("http or https URL") ? ": begin it with https:// or http://" : "";

const startsField = (problem: string, field: string): boolean =>
  problem.startsWith(`${field}:`) || problem.startsWith(`${field}.`);
