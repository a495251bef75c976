/**
 * The request of a message as a command for curl, each part quoted for a POSIX shell.
 *
 * @param message a poll message as JSON text
 * @returns undefined: the message has no request that can be written so
 */
export function curlOf(message: string): string | undefined {
  const request = requestOf(jsonOf(message));
  if (typeof request === "string") return `curl ${quoted(request)}`;
  if (!isObject(request) || typeof request.url !== "string") return undefined;
  const { url, method, headers, body } = request;
  const parts = [
    "curl",
    ...(typeof method === "string" && method !== "GET" ? ["-X", quoted(method)] : []),
    quoted(url),
    ...(isObject(headers)
      ? Object.entries(headers).flatMap(([name, value]) => ["-H", quoted(`${name}: ${value}`)])
      : []),
  ];
  if (body === undefined) return parts.join(" ");
  const isText = typeof body === "string";
  if (!isText && !hasContentType(headers)) {
    parts.push("-H", quoted("content-type: application/json"));
  }
  return [...parts, "--data-raw", quoted(isText ? body : JSON.stringify(body))].join(" ");
}

/** A message that was not started yet asks its start first. */
function requestOf(message: unknown): unknown {
  if (!isObject(message)) return undefined;
  return message.request ?? message.start;
}

function hasContentType(headers: unknown): boolean {
  return (
    isObject(headers) && Object.keys(headers).some((name) => name.toLowerCase() === "content-type")
  );
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
