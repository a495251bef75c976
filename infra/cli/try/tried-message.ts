import { jsonErrorPlace } from "../../../lib/json/error-place.ts";
import { isJsonObject, type JsonObject, parseJsonExactly, toJson } from "../../../lib/json/json.ts";
import {
  expressionsIn,
  type MessageOptions,
  uncheckedMessage,
} from "../poll/message-from-options.ts";
import { splitMessages } from "../submit/message-file.ts";
import { UsageError } from "../usage-error.ts";

/** What the argument of `request-poller try` is. */
export type TriedArgument =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "message"; readonly text: string; readonly source: string }
  | { readonly kind: "file"; readonly file: string };

/** A URL, a message as JSON, or else the name of a file; `-` is the standard input. */
export function triedArgument(argument: string): TriedArgument {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(argument)) return { kind: "url", url: argument };
  return argument.trimStart().startsWith("{")
    ? { kind: "message", text: argument, source: "MESSAGE" }
    : { kind: "file", file: argument };
}

/** Options that say what a URL is asked, or how often. A message says it itself. */
const OF_A_URL = ["method", "data", "every"] as const;

/** The message that polls a URL. */
export function messageOfUrl(url: string, options: MessageOptions, now: number): string {
  return uncheckedMessage("try", url, options, now);
}

/**
 * A message with the expressions and headers of the command line in place of its own.
 *
 * @param text one message, as JSON or as a file for `submit`
 * @param source what errors call it
 * @throws {UsageError} when the text is not one JSON object, or an option belongs to a URL
 */
export function messageWithOptions(text: string, source: string, options: MessageOptions): string {
  const wrong = OF_A_URL.find((name) => options[name] !== undefined);
  if (wrong !== undefined) {
    throw new UsageError(`--${wrong} is for a URL: a message says it itself`);
  }
  const body = bodyOf(text, source);
  const until = untilWith(body.until, options);
  return toJson({
    ...body,
    ...(until !== undefined && { until }),
    ...withHeaders(body, options.headers ?? {}),
  });
}

function bodyOf(text: string, source: string): JsonObject {
  const [message, ...others] = splitMessages(text);
  if (message === undefined || others.length > 0) {
    throw new UsageError(`${source} has ${others.length + 1} messages: try takes one`);
  }
  let body: unknown;
  try {
    body = parseJsonExactly(message.text);
  } catch {
    throw new UsageError(`${source} is not JSON: ${jsonErrorPlace(message.text)}`);
  }
  if (!isJsonObject(body)) throw new UsageError(`${source} must be a JSON object`);
  return body;
}

function untilWith(written: unknown, options: MessageOptions): unknown {
  const until = options.until ?? written;
  const expressions = expressionsIn(options);
  if (expressions === undefined) return until;
  if (isJsonObject(until)) return { ...until, ...expressions };
  return { ...(until === undefined ? {} : { preset: until }), ...expressions };
}

function withHeaders(body: JsonObject, headers: Readonly<Record<string, string>>): JsonObject {
  if (Object.keys(headers).length === 0) return {};
  const name = isJsonObject(body.start) ? "start" : "request";
  const request = body[name];
  if (!isJsonObject(request)) return {};
  const own = isJsonObject(request.headers) ? request.headers : {};
  const others = Object.entries(own).filter(([of]) => !Object.hasOwn(headers, of.toLowerCase()));
  return { [name]: { ...request, headers: { ...Object.fromEntries(others), ...headers } } };
}
