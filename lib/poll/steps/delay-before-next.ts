import type { Waiting } from "../../batch/record-result.ts";
import type { ResponseHead } from "../../http/http-request.ts";
import { backoffDelaySeconds } from "../../timing/backoff.ts";
import { askedDelaySeconds } from "../../timing/retry-after.ts";
import type { Poll } from "../poll.ts";

/**
 * The last request of a poll is planned this many seconds before it expires: the message waits for up to a second in
 * the batching window, and needs a moment to reach Lambda.
 */
const LAST_REQUEST_MARGIN_SECONDS = 2;

/** How long a poll waits, and why. */
export interface Delay extends Waiting {
  readonly delaySeconds: number;
}

/** The time until the next request; `undefined` when the one just made was the last before the poll expires. */
export function delayBeforeNext(
  { message, caps }: Poll,
  response: ResponseHead | undefined,
  now: number,
  random: () => number,
): Delay | undefined {
  const backoff = backoffDelaySeconds(
    message.delaySeconds,
    message.backoff,
    message.retryCount,
    random,
  );
  const asked = (response && askedDelaySeconds(response, now)) ?? 0;
  const minDelaySeconds = caps?.minDelaySeconds ?? 0;
  const delaySeconds = Math.max(backoff, asked, minDelaySeconds);
  const ownReason = minDelaySeconds > backoff ? "least-delay" : "backoff";
  const waitReason = asked > 0 && asked === delaySeconds ? "retry-after" : ownReason;
  const delay = { delaySeconds, waitReason } as const;
  if (message.expiresAt === undefined || message.step === "result") return delay;
  // Rounded down to whole seconds, because rounding up would use up the margin.
  const untilLastSeconds =
    Math.floor((message.expiresAt - now) / 1000) - LAST_REQUEST_MARGIN_SECONDS;
  if (untilLastSeconds < Math.max(1, minDelaySeconds)) return undefined;
  return untilLastSeconds < delaySeconds
    ? { delaySeconds: untilLastSeconds, waitReason: "expiry" }
    : delay;
}
