import type http from "node:http";
import { MAX_RESPONSE_BYTES } from "../limits.ts";
import { messageOf } from "../message-of.ts";
import type { Turns } from "../timing/turns.ts";
import { type FollowOptions, followRedirects } from "./follow-redirects.ts";
import { headerText } from "./header-text.ts";
import { HostBusyError } from "./host-limits.ts";
import type { ErrorDescription, HttpAnswer, HttpRequest, ResponseHead } from "./http-request.ts";
import { isLocalShortage, NOT_MADE } from "./local-shortage.ts";
import { wasNeverSent } from "./never-sent.ts";
import { RefusalError } from "./refusal.ts";
import { readBytes } from "./response-body.ts";
import { contentOf, type ResponseContent } from "./response-content.ts";
import { isSuccessful } from "./status.ts";
import { UnreadableBodyError } from "./unreadable-body.ts";

export interface SendRequestOptions extends FollowOptions {
  /** Limits the whole request, including redirects and reading the body, in ms. */
  readonly timeoutMs: number;
  /** Aborts the request; its result is then `aborted`. */
  readonly signal: AbortSignal;
  /** The largest response body after decompression, in bytes. `@default` 1 MiB */
  readonly maxBodyBytes?: number;
  /** Where large bodies wait for their turn to be parsed. `@default` they are parsed at once */
  readonly turns?: Turns;
}

/** A larger body can take more than a millisecond to parse. */
const LARGE_BODY_BYTES = 16_384;

/**
 * Sends one HTTP request and follows the redirects of a GET or HEAD. The guard checks the connection of each hop.
 * Never throws: a failure is returned as an answer.
 */
export async function sendRequest(
  request: HttpRequest,
  options: SendRequestOptions,
): Promise<HttpAnswer> {
  const ending = new AbortController();
  const { signal } = ending;
  const end = () => ending.abort();
  if (options.signal.aborted) end();
  // By hand, because AbortSignal.any() costs as much as a third of a small request.
  options.signal.addEventListener("abort", end, { once: true });
  let isLate = false;
  // One timer for everything: socket timeouts start again with each chunk.
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, options.timeoutMs);
  const { maxBodyBytes = MAX_RESPONSE_BYTES } = options;
  let head: ResponseHead | undefined;
  let wasRedirected = false;
  const onRedirect = (next: HttpRequest) => {
    wasRedirected = true;
    return options.onRedirect?.(next) ?? next;
  };
  try {
    const follow = { ...options, onRedirect };
    const { read, url } = await followRedirects(request, follow, signal, async (response) => {
      head = headOf(response);
      const bytes = await bytesOrProblem(response, maxBodyBytes);
      // A body that ends with its connection looks complete when this side aborts the connection.
      signal.throwIfAborted();
      return bytes;
    });
    // The server has answered: the time limit does not count the wait for a turn.
    clearTimeout(timer);
    const redirectedTo = url === request.url ? {} : { redirectedTo: url };
    const { status = 0, headers = {} }: Partial<ResponseHead> = head ?? {};
    const parse = (bytes: Buffer) =>
      contentOf(bytes, headers["content-type"] ?? "", request.readsTextFiles);
    const content = await contentOrProblem(read, parse, options.turns);
    if (options.signal.aborted) return { kind: "aborted" };
    if ("body" in content) {
      return { kind: "response", response: { status, headers, ...content }, ...redirectedTo };
    }
    const { mayChange } = content;
    const error = describe(content);
    return { kind: "unreadable", response: { status, headers }, error, mayChange, ...redirectedTo };
  } catch (error) {
    // One request was sent, and counts: otherwise a redirect to a busy host would be repeated without limit.
    if (wasRedirected && (error instanceof HostBusyError || isLocalShortage(error))) {
      return { kind: "unfinished", error: describe(error) };
    }
    if (error instanceof HostBusyError) return { kind: "aborted" };
    // The timeout is checked first: in a busy process both timers can be late, and an aborted request uses no retry.
    if (!isLate) {
      if (options.signal.aborted) return { kind: "aborted" };
      if (isLocalShortage(error)) return NOT_MADE;
      if (error instanceof RefusalError) return { kind: "refused", error: describe(error) };
    }
    const described = isLate ? timedOut(options.timeoutMs) : describe(error);
    // A 404 is judged without the rest of its body. The body of a 2xx may decide the poll, so it is asked again.
    if (head !== undefined && !isSuccessful(head.status)) {
      return { kind: "unreadable", response: head, error: described, mayChange: true };
    }
    if (isLate) return { kind: "transient", error: described, ...received(head) };
    const neverSent = !wasRedirected && wasNeverSent(error);
    return {
      kind: "transient",
      error: described,
      ...coded(error),
      ...received(head),
      ...(neverSent && { neverSent }),
    };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", end);
  }
}

function timedOut(timeoutMs: number): ErrorDescription {
  return {
    name: "TimeoutError",
    message: `no complete response within ${Math.round(timeoutMs)} ms`,
  };
}

/** The response's head, when it arrived before the failure. */
function received(head: ResponseHead | undefined): { response?: ResponseHead } {
  return head === undefined ? {} : { response: head };
}

function headOf({ statusCode = 0, headers }: http.IncomingMessage): ResponseHead {
  return { status: statusCode, headers: joined(headers) };
}

function bytesOrProblem(
  response: http.IncomingMessage,
  maxBodyBytes: number,
): Promise<Buffer | UnreadableBodyError> {
  return readBytes(response, maxBodyBytes).catch(asProblem);
}

async function contentOrProblem(
  read: Buffer | UnreadableBodyError,
  parse: (bytes: Buffer) => ResponseContent,
  turns: Turns | undefined,
): Promise<ResponseContent | UnreadableBodyError> {
  if (read instanceof UnreadableBodyError) return read;
  try {
    if (turns === undefined || read.byteLength <= LARGE_BODY_BYTES) {
      return parse(read);
    }
    return await turns.take(() => ({ value: parse(read), wasCostly: true }));
  } catch (error) {
    return asProblem(error);
  }
}

function asProblem(error: unknown): UnreadableBodyError {
  if (error instanceof UnreadableBodyError) return error;
  throw error;
}

function joined(headers: http.IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    result[name] = headerText(Array.isArray(value) ? value.join(", ") : value);
  }
  return result;
}

function describe(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { name: "Error", message: messageOf(error) };
  return {
    name: error.name,
    message: messageOf(error) || ("code" in error ? String(error.code) : "failed"),
  };
}

/** Node and OpenSSL write their codes so. */
const CODE = /^[A-Z][A-Z0-9_]*$/;

function coded(error: unknown): { code?: string } {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && CODE.test(code) ? { code } : {};
}
