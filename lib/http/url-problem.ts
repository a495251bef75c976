import { canonicalHost, isHost } from "./host-name.ts";

/**
 * Checks a request's URL as written in the message, before any name lookup.
 *
 * @returns what the URL must be, or `undefined` when it is valid
 */
export function urlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "must be an absolute http or https URL";
  if (url.protocol !== "http:" && url.protocol !== "https:") return "must be an http or https URL";
  if (url.username !== "" || url.password !== "") {
    return "must be a URL without user name and password; use a header";
  }
  if (!isHost(canonicalHost(url.hostname))) {
    return "must be a URL whose host has labels of 1 to 63 characters, and at most 253 in all";
  }
  return undefined;
}
