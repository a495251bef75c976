import type { ParsedPollMessage } from "../poll/message/parse.ts";
import { createScrub, type Scrub } from "../secrets/scrub.ts";

/** Headers that hold no credential. The value of any other header may be one. */
const HARMLESS = /^(?:accept|accept-.*|cache-control|content-.*|if-.*|prefer|range|user-agent)$/i;

/** Parameters of a query that may hold a credential. */
const CREDENTIAL = /key|token|secret|sig|auth|pass|code/i;

/** A shorter value is no secret, and hiding it would hide too much else. */
const SHORTEST = 8;

/**
 * Hides what a message says to its server, should the server say it back: the values of its headers, with and without
 * their scheme, and those of the parameters of its URL that may hold a credential.
 */
export function scrubOf({ request }: Pick<ParsedPollMessage, "request">): Scrub {
  const ofHeaders = Object.entries(request.headers).flatMap(([name, value]) =>
    HARMLESS.test(name) ? [] : [value, value.replace(/^\S+\s+/, "")],
  );
  const ofQuery = [...new URL(request.url).searchParams].flatMap(([name, value]) =>
    CREDENTIAL.test(name) ? [value] : [],
  );
  const values = [...new Set([...ofHeaders, ...ofQuery])].filter(
    ({ length }) => length >= SHORTEST,
  );
  return values.length === 0 ? (text) => text : createScrub(values);
}
