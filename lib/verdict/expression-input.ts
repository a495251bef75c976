import type { JSONValue } from "@jmespath-community/jmespath";
import type { HttpResponse, ResponseHead } from "../http/http-request.ts";
import { withUnreadBody } from "./unread-body.ts";

/**
 * What expressions see. These are JSON; only the static type of the body does not say so.
 *
 * @param facts what is known of the poll besides the response
 * @param isUnread whether the body could not be read: an expression that reads it throws
 */
export function expressionInput(
  { status, headers, body }: ResponseHead & Partial<HttpResponse>,
  facts: object,
  isUnread: boolean,
): JSONValue {
  const input = isUnread
    ? withUnreadBody({ status, headers, ...facts })
    : { status, headers, body, ...facts };
  return input as JSONValue;
}
