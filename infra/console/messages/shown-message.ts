import { isJsonObject, type JsonObject } from "../../../lib/json/json.ts";

/** What stands where a value is not shown. */
const HIDDEN = "[not shown]";

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

/** The members of a message that hold requests. */
const REQUESTS = new Set(["request", "start", "abort", "fetch"]);
/** Data of the sender, and the poller's own proof. */
const HIDDEN_MEMBERS = new Set(["context", "proof", "undelivered"]);

/**
 * A message as the page shows it before somebody asks for the whole: how it is polled, without what may be secret. Values
 * of headers, queries, request bodies and the context are hidden.
 */
export function shownMessage(message: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => {
      if (HIDDEN_MEMBERS.has(name)) return [name, HIDDEN];
      return [name, REQUESTS.has(name) ? shownRequest(value) : value];
    }),
  );
}

function shownRequest(request: unknown): unknown {
  if (typeof request === "string") return shownUrl(request);
  if (!isJsonObject(request)) return request;
  const { url, headers, body } = request;
  return {
    ...request,
    ...(typeof url === "string" && { url: shownUrl(url) }),
    ...(isJsonObject(headers) && { headers: shownHeaders(headers) }),
    ...(body !== undefined && { body: HIDDEN }),
  };
}

/** Headers with the values of those that are known to be harmless. */
export function shownHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SHOWN_HEADERS.has(name.toLowerCase()) ? value : HIDDEN,
    ]),
  );
}

/** A URL with the names of its query, without their values; a text that is no URL is not shown. */
function shownUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return HIDDEN;
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`);
  return `${url.origin}${url.pathname}${names.length === 0 ? "" : `?${names.join("&")}`}`;
}
