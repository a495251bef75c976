import type { ResponseHead } from "../../http/http-request.ts";
import { backoffDelaySeconds } from "../../timing/backoff.ts";
import { askedDelaySeconds } from "../../timing/retry-after.ts";
import type { Poll } from "../poll.ts";

/**
 * The last request of a poll is planned this many seconds before it expires: the message waits for up to a second in
 * the batching window, and needs a moment to reach Lambda.
 */
const LAST_REQUEST_MARGIN_SECONDS = 2;

/** Seconds until the next request; `undefined` when the one just made was the last before the poll expires. */
export function delayBeforeNext(
  { message, caps }: Poll,
  response: ResponseHead | undefined,
  now: number,
  random: () => number,
): number | undefined {
  const backoff = backoffDelaySeconds(
    message.delaySeconds,
    message.backoff,
    message.retryCount,
    random,
  );
  const asked = (response && askedDelaySeconds(response, now)) ?? 0;
  const minDelaySeconds = caps?.minDelaySeconds ?? 0;
  const delaySeconds = Math.max(backoff, asked, minDelaySeconds);
  if (message.expiresAt === undefined || message.step === "result") return delaySeconds;
  // Rounded down to whole seconds, because rounding up would use up the margin.
  const untilLastSeconds =
    Math.floor((message.expiresAt - now) / 1000) - LAST_REQUEST_MARGIN_SECONDS;
  return untilLastSeconds < Math.max(1, minDelaySeconds)
    ? undefined
    : Math.min(delaySeconds, untilLastSeconds);
}
