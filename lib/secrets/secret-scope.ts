import { type HttpRequest, METHODS } from "../http/http-request.ts";
import type { JsonObject } from "../json/json.ts";
import { SecretFormatError } from "./secret-format-error.ts";

/** The requests that a secret may go into. */
export interface SecretScope {
  /** Like `https://api.example.com`. */
  readonly origins: readonly string[];
  /** `undefined`: every method. */
  readonly methods: readonly string[] | undefined;
  /** `undefined`: every path. */
  readonly paths: readonly PathPattern[] | undefined;
}

interface PathPattern {
  /** The path as a request sends it. */
  readonly sent: string;
  readonly decoded: string;
  /** Whether any text may follow. */
  readonly isOpen: boolean;
}

/** How many times a path is decoded: each server in a chain may decode it once more. */
const MAX_DECODINGS = 5;

/**
 * Reads a secret's scope: its field `origins` and its optional fields `methods` and `paths`. Each is a list, or one
 * string with spaces or commas between the items.
 *
 * @throws {SecretFormatError} when the secret names no origins, or an item is invalid
 */
export function scopeOf(secret: JsonObject): SecretScope {
  const origins = listed(secret.origins);
  if (origins === undefined) {
    throw new SecretFormatError("the secret names no origins that it may be sent to");
  }
  return {
    origins: origins.map(originOf),
    methods: Object.hasOwn(secret, "methods") ? methodsOf(listed(secret.methods)) : undefined,
    paths: Object.hasOwn(secret, "paths") ? pathsOf(listed(secret.paths)) : undefined,
  };
}

/**
 * Whether a secret may go into a request. A path must match both as sent and after each time its percent-encoding is
 * decoded, because servers may decode it several times. If decoding gives a dot segment (`..`, `%2e%2e`, `..%2f`,
 * `..;`, `..?`) or invalid UTF-8, the path never matches: servers resolve such paths differently. The query is ignored.
 * A request with a header that gives some servers another method or path matches no method and no path.
 */
export function isInScope(scope: SecretScope, { url, method, headers }: HttpRequest): boolean {
  const { origin, pathname } = new URL(url);
  if (!scope.origins.includes(origin)) return false;
  if ((scope.methods ?? scope.paths) !== undefined && Object.keys(headers).some(isOverride)) {
    return false;
  }
  if (scope.methods !== undefined && !scope.methods.includes(method)) return false;
  if (scope.paths === undefined) return true;
  const [sent, ...decoded] = decodings(pathname) ?? [];
  if (sent === undefined) return false;
  return scope.paths.some(
    (pattern) =>
      matches(sent, pattern.sent, pattern) &&
      decoded.every((path) => matches(path, pattern.decoded, pattern)),
  );
}

function matches(path: string, pattern: string, { isOpen }: PathPattern): boolean {
  return isOpen ? path.startsWith(pattern) : path === pattern;
}

/** A path as sent and after each decoding; `undefined` when servers may resolve it differently. */
function decodings(pathname: string): string[] | undefined {
  let path = pathname.replace(/%[\da-f]{2}/gi, (encoded) => encoded.toUpperCase());
  const paths = [path];
  for (let round = 0; round < MAX_DECODINGS; round++) {
    if (path.normalize("NFKC").split(/[/\\]/).some(isDots)) return undefined;
    const next = decoded(path);
    if (next === undefined) return undefined;
    if (next === path) return paths;
    path = next;
    paths.push(path);
  }
  return undefined;
}

/**
 * Whether a segment is `.` or `..`, or may be read as one. Servers ignore further dots, spaces and control characters,
 * and the text after `;` or a similar sign.
 */
function isDots(segment: string): boolean {
  return /^\.+(?![\p{L}\p{N}._~-])/u.test(segment.replace(/[\p{C}\p{Z}]/gu, ""));
}

/** `X-HTTP-Method-Override` and similar, `X-Original-URL`, `X-Rewrite-URL`. */
function isOverride(header: string): boolean {
  return /^x-(?:(?:http-)?method(?:-override)?|(?:original|rewrite|override)-ur[li])$/i.test(
    header,
  );
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function listed(field: unknown): unknown[] | undefined {
  const list = typeof field === "string" ? field.split(/[\s,]+/).filter(Boolean) : field;
  return Array.isArray(list) && list.length > 0 ? list : undefined;
}

function originOf(each: unknown): string {
  const url = typeof each === "string" ? URL.parse(each) : null;
  const isOrigin =
    typeof each === "string" && each.replace(/\/$/, "").toLowerCase() === url?.origin;
  if (url !== null && isOrigin && /^https?:$/.test(url.protocol)) return url.origin;
  throw new SecretFormatError("the secret's origins must be like https://api.example.com");
}

function methodsOf(list: readonly unknown[] | undefined): string[] {
  const methods = list?.map((each) => METHODS.find((method) => method === each));
  const known = methods?.filter((method) => method !== undefined);
  if (known !== undefined && known.length === methods?.length) return known;
  throw new SecretFormatError(`each of the secret's methods must be one of ${METHODS.join(", ")}`);
}

function pathsOf(list: readonly unknown[] | undefined): PathPattern[] {
  const paths = list?.map(pathPattern).filter((path) => path !== undefined);
  if (paths !== undefined && paths.length === list?.length) return paths;
  throw new SecretFormatError("the secret's paths must be like /v1/jobs/*, without dot segments");
}

function pathPattern(text: unknown): PathPattern | undefined {
  if (typeof text !== "string" || !/^\/[^*?#\\]*\*?$/.test(text)) return undefined;
  const isOpen = text.endsWith("*");
  const path = isOpen ? text.slice(0, -1) : text;
  // Checked before URL resolves dot segments: the pattern would then mean another path than the one written.
  if (decodings(path) === undefined) return undefined;
  const paths = decodings(new URL(`http://localhost${path}`).pathname);
  return paths && { sent: paths[0] ?? "", decoded: paths.at(-1) ?? "", isOpen };
}
