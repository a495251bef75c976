import { outcomeIdOf } from "../outcome/outcome.ts";
import type { ParsedPollMessage } from "./message/parse.ts";
import type { Poll } from "./poll.ts";

/** draft-ietf-httpapi-idempotency-key-header-07 */
const IDEMPOTENCY_KEY = "idempotency-key";

/**
 * Adds a key to a start that may be repeated, so that the server takes each try for the first: the poll's outcomeId,
 * which stays the same. A key that the message has wins. Other requests stay as they are.
 */
export function withIdempotencyKey<Request extends Pick<ParsedPollMessage["request"], "headers">>(
  { message: { step, isIdempotent }, ...poll }: Poll,
  request: Request,
): Request {
  if (step !== "start" || !isIdempotent) return request;
  const names = Object.keys(request.headers).map((name) => name.toLowerCase());
  if (names.includes(IDEMPOTENCY_KEY)) return request;
  return { ...request, headers: { ...request.headers, [IDEMPOTENCY_KEY]: outcomeIdOf(poll) } };
}
