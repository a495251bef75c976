import type { ErrorDescription, HttpAnswer, ResponseHead } from "../http/http-request.ts";
import { isJsonObject, numberOf } from "../json/json.ts";
import type { Span } from "./matcher.ts";
import { searchFor } from "./secret-search.ts";

/** Replaces hidden values in a text by a mask. */
export type Scrub = (text: string) => string;

export const MASK = "[secret]";

/** How many scrubs are kept: making one takes a millisecond per token, and the records of a batch share few secrets. */
const KEPT_SCRUBS = 32;

/** By their values. The oldest comes first. */
const kept = new Map<string, Scrub>();

/** Makes a scrub for these values, in every spelling that {@link searchFor} finds. */
export function createScrub(values: readonly string[]): Scrub {
  const key = JSON.stringify(values);
  const scrub = kept.get(key) ?? scrubFor(values);
  kept.delete(key);
  kept.set(key, scrub);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_SCRUBS && oldest !== undefined) kept.delete(oldest);
  return scrub;
}

function scrubFor(values: readonly string[]): Scrub {
  const search = searchFor(values);
  return (text) => (text.length < search.shortest ? text : masked(text, search.find(text)));
}

function masked(text: string, spans: readonly Span[]): string {
  let clean = "";
  let done = 0;
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    if (start >= done) clean += text.slice(done, start) + MASK;
    done = Math.max(done, end);
  }
  return clean + text.slice(done);
}

/** Masks hidden values everywhere in an answer: headers, body, member names, numbers, errors, the redirect's URL. */
export function scrubAnswer(answer: HttpAnswer, scrub: Scrub): HttpAnswer {
  switch (answer.kind) {
    case "aborted":
      return answer;
    case "response": {
      const { body, ...rest } = answer.response;
      const response = { ...rest, ...scrubHead(rest, scrub), body: scrubValue(body, scrub) };
      return { ...answer, response, ...scrubRedirect(answer, scrub) };
    }
    case "unreadable": {
      const response = scrubHead(answer.response, scrub);
      const error = scrubError(answer.error, scrub);
      return { ...answer, response, error, ...scrubRedirect(answer, scrub) };
    }
    case "transient": {
      const { response } = answer;
      return {
        ...answer,
        error: scrubError(answer.error, scrub),
        ...(response && { response: scrubHead(response, scrub) }),
      };
    }
    case "refused":
    case "unfinished":
      return { ...answer, error: scrubError(answer.error, scrub) };
  }
}

function scrubHead({ status, headers }: ResponseHead, scrub: Scrub): ResponseHead {
  const clean = Object.entries(headers).map(([name, value]) => [scrub(name), scrub(value)]);
  return { status, headers: Object.fromEntries(clean) };
}

function scrubRedirect({ redirectedTo }: { redirectedTo?: string }, scrub: Scrub) {
  return redirectedTo === undefined ? {} : { redirectedTo: scrub(redirectedTo) };
}

function scrubError({ name, message }: ErrorDescription, scrub: Scrub): ErrorDescription {
  return { name: scrub(name), message: scrub(message) };
}

function scrubValue(value: unknown, scrub: Scrub): unknown {
  if (typeof value === "string") return scrub(value);
  if (numberOf(value) !== undefined) {
    const digits = JSON.stringify(value);
    return scrub(digits) === digits ? value : MASK;
  }
  if (Array.isArray(value)) return value.map((element) => scrubValue(element, scrub));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [scrub(name), scrubValue(member, scrub)]),
  );
}
