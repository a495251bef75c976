import { isJsonObject, type JsonObject, numberOf } from "../../../lib/json/json.ts";

/** What stands where a value is not shown. */
export const HIDDEN = "[not shown]";

/** Headers whose values say nothing secret. */
const SHOWN_HEADERS = new Set([
  "accept",
  "accept-encoding",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "retry-after",
  "server",
]);

/** What the page shows of a value. */
type Show = (value: unknown) => unknown;

const asItIs: Show = (value) => value;

/** A misspelt member can hold what its right one would hide; a number says nothing secret. */
const unknownMember: Show = (value) =>
  numberOf(value) !== undefined || typeof value === "boolean" || value === null ? value : HIDDEN;

/** An object of which each member is shown in its own way; members that are not named are unknown ones. */
function membersBy(shows: Readonly<Record<string, Show>>): Show {
  return (value) => {
    if (!isJsonObject(value)) return unknownMember(value);
    const shown = Object.entries(value).map(([name, member]) => {
      const show = Object.hasOwn(shows, name) ? shows[name] : unknownMember;
      return [name, show?.(member)];
    });
    return Object.fromEntries(shown);
  };
}

/** A URL with the names of its query, without their values; what is no URL is not shown. */
const shownUrl: Show = (value) => {
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (url === null) return HIDDEN;
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`);
  return `${url.origin}${url.pathname}${names.length === 0 ? "" : `?${names.join("&")}`}`;
};

/** Headers with the values of those that are known to be harmless. */
export function shownHeaders(headers: unknown): unknown {
  if (!isJsonObject(headers)) return HIDDEN;
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    SHOWN_HEADERS.has(name.toLowerCase()) ? value : HIDDEN,
  ]);
  return Object.fromEntries(shown);
}

const REQUEST = {
  url: shownUrl,
  method: asItIs,
  headers: shownHeaders,
  auth: membersBy({ secret: asItIs, as: asItIs }),
  timeoutMs: asItIs,
  origins: asItIs,
};

const shownRequest: Show = (value) =>
  typeof value === "string" ? shownUrl(value) : membersBy(REQUEST)(value);

const shownDestination = membersBy({
  queueUrl: asItIs,
  eventBus: asItIs,
  topicArn: asItIs,
  webhook: membersBy({ ...REQUEST, secret: asItIs }),
});

const shownDeliver: Show = (value) =>
  Array.isArray(value) ? value.map(shownDestination) : shownDestination(value);

const MESSAGE = {
  pollId: asItIs,
  request: shownRequest,
  start: shownRequest,
  abort: shownRequest,
  fetch: shownRequest,
  abortAt: shownRequest,
  until: asItIs,
  backoff: asItIs,
  expiresAt: asItIs,
  deliver: shownDeliver,
  group: membersBy({ id: asItIs, deliver: shownDeliver }),
  step: asItIs,
  origin: asItIs,
  delivery: asItIs,
  copyId: asItIs,
  history: asItIs,
};

/**
 * A message as the page shows it before somebody asks for the whole: how it is polled, without what may be secret. What
 * is not known to be harmless is hidden: values of headers and queries, bodies of requests, the context, task tokens, and
 * texts in members that the poller does not know.
 */
export function shownMessage(message: JsonObject): unknown {
  return membersBy(MESSAGE)(message);
}
