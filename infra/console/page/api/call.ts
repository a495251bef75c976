import * as z from "zod/mini";
import { setConsoleClock } from "./console-clock.ts";
import { apiErrorSchema } from "./schemas.ts";

const TOKEN_KEY = "console-token";

/** The server refused a call, or did not answer. */
class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0: no answer. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/**
 * Takes the token out of the page's address, so that it does not stay in the browser's history, and keeps it for this
 * tab.
 */
export function takeToken(): void {
  const token = /[#&]token=([^&]+)/.exec(location.hash)?.[1];
  if (token === undefined) return;
  sessionStorage.setItem(TOKEN_KEY, decodeURIComponent(token));
  history.replaceState(null, "", `${location.pathname}#/`);
}

/** The token of this tab; absent when the page was opened without the address that the command printed. */
export function tokenOfTab(): string | undefined {
  return sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}

/**
 * Calls the console's server.
 *
 * @param schema what the answer must be
 * @param body sent as JSON with POST; absent: GET
 * @throws {ApiError} with words for the reader
 */
export async function call<T extends z.ZodMiniType>(
  schema: T,
  path: string,
  options: { readonly body?: unknown; readonly signal?: AbortSignal } = {},
): Promise<z.infer<T>> {
  const { body, signal } = options;
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "x-console-token": tokenOfTab() ?? "",
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiError("The console does not answer. Is its command still running?", 0);
  });
  setConsoleClock(response.headers.get("x-console-time"));
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const refusal = apiErrorSchema.safeParse(json);
    const message = refusal.success ? refusal.data.error.message : `HTTP ${response.status}`;
    throw new ApiError(message, response.status);
  }
  const parsed = z.safeParse(schema, json);
  if (parsed.success) return parsed.data;
  throw new ApiError(
    "The console's answer has an unknown form: page and command may be of different versions. Load the page again.",
    response.status,
  );
}

/** Words for an error of a call. */
export function errorWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
