import { isPoison } from "../../../lib/batch/record-result.ts";
import { jsonErrorPlace } from "../../../lib/json/error-place.ts";
import { parseJsonExactly, toJson } from "../../../lib/json/json.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { UsageError } from "../usage-error.ts";

/** The options of `request-poller poll`. */
export interface MessageOptions {
  /** The URL of the request that starts the job. */
  readonly start?: string;
  /** A preset's name. */
  readonly until?: string;
  /** By name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly success?: string;
  readonly failure?: string;
  readonly pending?: string;
  readonly next?: string;
  readonly fetch?: string;
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
  "start.url": "--start",
  "start.method": "--method",
  "start.headers": "--header",
  "request.method": "--method",
  "request.headers": "--header",
  "until.success": "--success",
  "until.failure": "--failure",
  "until.pending": "--pending",
  "until.next": "--next",
  "until.fetch": "--fetch",
  "until.result": "--result",
  "until.preset": "--until",
  until: "--until",
  delaySeconds: "--every",
  maxRetries: "--max-retries",
  expiresAt: "--timeout",
};

/**
 * Creates the body of a poll message from the options of the command line.
 *
 * @param url The URL to poll; `undefined` with `start`.
 * @param now Epoch ms; `timeout` counts from here.
 * @returns JSON, checked to be a message that the poller accepts.
 * @throws {UsageError} naming the field and its option, never the text of a header or of the data.
 */
export function messageFromOptions(
  pollId: string,
  url: string | undefined,
  options: MessageOptions,
  now: number,
): string {
  const text = uncheckedMessage(pollId, url, options, now);
  try {
    parsePollMessage(text);
  } catch (error) {
    throw namingOptions(error);
  }
  return text;
}

/** As {@link messageFromOptions}, but whether the poller accepts the message is left to the caller. */
export function uncheckedMessage(
  pollId: string,
  url: string | undefined,
  options: MessageOptions,
  now: number,
): string {
  if ((url === undefined) === (options.start === undefined)) {
    throw new UsageError("give the URL to poll, or --start with the URL that starts the job");
  }
  const isPosted = options.start !== undefined || options.data !== undefined;
  const request = {
    url: url ?? options.start,
    method: options.method?.toUpperCase() ?? (isPosted ? "POST" : "GET"),
    headers: options.headers ?? {},
    body: parseData(options.data),
  };
  return toJson({
    pollId,
    ...(url === undefined ? { start: request } : { request }),
    until: untilOf(options),
    delaySeconds: options.every,
    maxRetries: parseInteger(options.maxRetries),
    expiresAt:
      options.timeout === undefined
        ? undefined
        : new Date(now + options.timeout * 1000).toISOString(),
  });
}

/** The options that are expressions; `undefined`: none is given. */
export function expressionsIn(options: MessageOptions): object | undefined {
  const { success, failure, pending, next, fetch, result } = options;
  const expressions = { success, failure, pending, next, fetch, result };
  const given = Object.entries(expressions).filter(([, text]) => text !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function untilOf(options: MessageOptions): object | string | undefined {
  const { until, success } = options;
  const expressions = expressionsIn(options);
  if (expressions === undefined) return until;
  return until === undefined
    ? { ...expressions, success: success ?? SUCCESS_OF_THE_PRESET }
    : { preset: until, ...expressions };
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

/** An error that names the options of the wrong fields, if a message was refused; any other error unchanged. */
export function namingOptions(error: unknown): unknown {
  if (!isPoison(error)) return error;
  const problems = error.message
    .split("; ")
    .map((problem) => {
      const field = Object.entries(OPTION_OF_FIELD).find(([name]) => startsField(problem, name));
      return field === undefined ? problem : `${field[1]}: ${problem}${hintFor(problem)}`;
    })
    .join("; ");
  return new UsageError(problems);
}

/** `localhost:8080/jobs` is a URL with the scheme `localhost:`, which a newcomer does not expect. */
const hintFor = (problem: string): string =>
  problem.endsWith("http or https URL") ? ": begin it with https:// or http://" : "";

const startsField = (problem: string, field: string): boolean =>
  problem.startsWith(`${field}:`) || problem.startsWith(`${field}.`);
