import type { HttpResponse } from "../http/http-request.ts";
import { contentOf } from "../http/response-content.ts";
import { jsonErrorPlace } from "../json/error-place.ts";
import { JsonError, parseJson } from "../json/json.ts";

/** A recorded answer cannot be read. */
export class RecordedAnswerError extends Error {
  override readonly name = "RecordedAnswerError";
}

/** The status line of HTTP/1 (RFC 9112 section 4), or of HTTP/2 and 3 as curl writes it. */
const STATUS_LINE = /^HTTP\/\d(?:\.\d)? (\d{3})(?: .*)?$/;

/**
 * Reads a recorded answer: status line, headers, an empty line and the body, as `curl -i` prints them; or only a body
 * of JSON, which counts as the answer of a 200. Of several answers, as `curl -iL` prints them, the last one counts.
 *
 * @param readsTextFiles as of `contentOf`
 * @throws {RecordedAnswerError} when it is neither
 */
export function readRecordedAnswer(text: string, readsTextFiles: boolean = false): HttpResponse {
  const written = text.replace(/^\uFEFF/, "");
  if (!/^HTTP\//.test(written)) return ofBody(written);
  let rest = written;
  for (;;) {
    const { status, headers, body } = splitAnswer(rest);
    const isLast = !STATUS_LINE.test(/^.*/.exec(body)?.[0]?.trimEnd() ?? "");
    if (isLast) {
      const type = headers["content-type"] ?? "";
      return { status, headers, ...contentOf(Buffer.from(body), type, readsTextFiles) };
    }
    rest = body;
  }
}

function ofBody(text: string): HttpResponse {
  try {
    parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new RecordedAnswerError(
      `must begin with a status line like HTTP/1.1 200 OK, or be a body of JSON: ${jsonErrorPlace(text)}`,
    );
  }
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, ...contentOf(Buffer.from(text), "application/json") };
}

function splitAnswer(text: string): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const [head = "", separator = ""] = /^[\s\S]*?(\r?\n\r?\n|$(?![\s\S]))/.exec(text) ?? [];
  const body = text.slice(head.length);
  const [first = "", ...lines] = head.slice(0, head.length - separator.length).split(/\r?\n/);
  const status = STATUS_LINE.exec(first.trimEnd())?.[1];
  if (status === undefined) {
    throw new RecordedAnswerError("must begin with a status line like HTTP/1.1 200 OK");
  }
  const headers = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const colon = line.indexOf(":");
    // RFC 9112 section 5
    if (colon <= 0) {
      throw new RecordedAnswerError(`line ${index + 2}: must be a header, Name: value`);
    }
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status), headers: Object.fromEntries(headers), body };
}
