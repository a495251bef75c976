import type { HttpAnswer, ResponseHead } from "../../http/http-request.ts";
import { asksForPause } from "../../timing/retry-after.ts";

/** Whether a server says that it has not processed the request, and may later (RFC 8470 section 5.2 for 425). */
export function hasProcessedNothing(response: ResponseHead): boolean {
  return response.status === 425 || asksForPause(response);
}

/** Whether the network says that the request has not reached its server. */
export function wasNeverSent(answer: HttpAnswer): boolean {
  return answer.kind === "transient" && answer.neverSent === true;
}
