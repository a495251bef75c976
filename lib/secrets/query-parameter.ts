import { escapePattern } from "./escape-pattern.ts";
import { MASK } from "./scrub.ts";

/**
 * Adds a parameter to a URL's query. The rest of the URL stays as it is written, because a signature may cover it.
 */
export function withQueryParameter(url: string, name: string, value: string): string {
  const { path, query, fragment } = partsOf(url);
  const parameter = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return `${path}?${query ? `${query}&` : ""}${parameter}${fragment}`;
}

/**
 * Removes a parameter from the query of a URL or URL reference (RFC 3986 section 4.1).
 *
 * @param value removes only parameters with this value. `@default` all with the name
 */
export function withoutQueryParameter(url: string, name: string, value?: string): string {
  const { path, query, fragment } = partsOf(url);
  if (query === undefined) return url;
  const parameters = query.split("&");
  const others = parameters.filter((parameter) => {
    const [ownName, ownValue] = decoded(parameter);
    return ownName !== name || (value !== undefined && ownValue !== value);
  });
  if (others.length === parameters.length) return url;
  return `${path}${others.length === 0 ? "" : `?${others.join("&")}`}${fragment}`;
}

/**
 * Removes the parameter from the URLs in a text where its whole value is masked. A server that repeats the URL of the
 * request names the key as well; a next URL without the parameter gets it anew when it is asked.
 */
export function withoutMaskedParameter(text: string, name: string): string {
  if (!text.includes(MASK)) return text;
  const masked = new RegExp(
    `([?&])${escapePattern(name)}=${escapePattern(MASK)}(?:(&)|(?=$|[#\\s"'<>\\\\)]))`,
    "g",
  );
  return text.replace(masked, (_, before: string, after: string = "") =>
    before === "?" && after !== "" ? "?" : after,
  );
}

function partsOf(url: string): { path: string; query: string | undefined; fragment: string } {
  const [, path = "", query, fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? [];
  return { path, query, fragment };
}

function decoded(parameter: string): (string | undefined)[] {
  const [name, ...value] = parameter.split("=");
  return [name ?? "", value.join("=")].map((part) => {
    try {
      return decodeURIComponent(part.replaceAll("+", " "));
    } catch {
      return undefined;
    }
  });
}
