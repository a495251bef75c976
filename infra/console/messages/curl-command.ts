import { sentBody, sentType } from "../../../lib/http/http-request.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { requestToSend } from "../../../lib/poll/request-to-send.ts";
import { ApiError } from "../server/api-error.ts";

/**
 * The next request of a poll as a command for curl, for a shell with `$'...'` (POSIX.1-2024; bash, zsh and ksh have it
 * since long). A secret that the message names is not in it, and it follows no redirect.
 *
 * @param text a poll message as JSON
 * @throws {PoisonRecordError} when it cannot be polled
 * @throws {ApiError} when no command line can hold its body
 */
export function curlCommand(text: string): string {
  const { request } = requestToSend(parsePollMessage(text));
  const { url, method, headers } = request;
  const body = sentBody(request)?.toString();
  if (body?.includes("\0")) {
    const problem = "its body has a NUL character, which no command line can hold";
    throw new ApiError(422, "NoCommandError", problem);
  }
  return [
    // Without it, curl asks many URLs where one has brackets or braces.
    "curl --globoff",
    ...methodOption(method, body !== undefined),
    quoted(url),
    ...headerOptions({ ...typeHeader(sentType(request), headers), ...headers }),
    ...(body === undefined ? [] : ["--data-raw", quoted(body)]),
  ].join(" ");
}

/** A request with a body is a POST, unless curl is told otherwise; and to HEAD no body comes that it could wait for. */
function methodOption(method: string, hasBody: boolean): string[] {
  if (method === (hasBody ? "POST" : "GET")) return [];
  return method === "HEAD" && !hasBody ? ["--head"] : ["--request", method];
}

function typeHeader(type: string | undefined, headers: Readonly<Record<string, string>>) {
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  return type === undefined || hasType ? {} : { "content-type": type };
}

/** curl sends a header without a value only where its name ends in a semicolon. */
function headerOptions(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const line = value.trim() === "" ? `${name};` : `${name}: ${value}`;
    // The poller sends the characters of a header as single bytes.
    return ["--header", quoted(line, "latin1")];
  });
}

const PLAIN = /^[\w@%+=:,./-]+$/;
/** What a terminal obeys or does not show, when a command is pasted. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A text as one word of the shell. */
function quoted(text: string, encoding: "utf8" | "latin1" = "utf8"): string {
  if (PLAIN.test(text)) return text;
  const isShown = !UNSEEN.test(text) && (encoding === "utf8" || !/[^\0-\x7f]/.test(text));
  if (isShown) return `'${text.replaceAll("'", "'\\''")}'`;
  const bytes = [...Buffer.from(text, encoding)];
  return `$'${bytes.map(escaped).join("")}'`;
}

/** A byte within `$'...'`. A shell that reads its history at `!` does so there, too. */
function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[ -~]/.test(character) && !/['\\!]/.test(character)
    ? character
    : `\\${byte.toString(8).padStart(3, "0")}`;
}
