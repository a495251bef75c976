import type { RecordResult } from "../batch/record-result.ts";
import type { ResponseHead } from "../http/http-request.ts";
import { isJsonObject, type JsonObject, numberOf } from "../json/json.ts";
import type { Poll } from "../poll/poll.ts";
import { backoffDelaySeconds } from "../timing/backoff.ts";
import { askedDelaySeconds } from "../timing/retry-after.ts";
import { LONGEST_REASON, type Show } from "./shown-value.ts";

/** What would come next, and when. */
export interface NextStep {
  /** In plain words. */
  readonly comesNext: string;
  /** The least seconds until the next request. Absent: the poll ends. */
  readonly delaySeconds?: number;
  /** The most seconds, where jitter spreads the delay. */
  readonly maxDelaySeconds?: number;
  /** How the poll would end. */
  readonly outcome?: {
    readonly status: string;
    readonly result?: string;
    readonly error?: { readonly name: string; readonly message: string; readonly reason?: string };
  };
}

/**
 * Says what a result of the engine means for its poll.
 *
 * @param soonest the result with the least jitter
 * @param latest the result with the most jitter
 * @param now when the answer arrived, in epoch ms
 */
export function whatComesNext(
  poll: Poll,
  soonest: RecordResult,
  latest: RecordResult,
  response: ResponseHead | undefined,
  now: number,
  show: Show,
): NextStep {
  if (soonest.kind === "completed") return theEnd(soonest.outcome ?? {}, show);
  const { delaySeconds } = soonest;
  const longest = latest.kind === "completed" ? delaySeconds : latest.delaySeconds;
  const when = { shortest: delaySeconds, longest };
  const spread = longest > delaySeconds ? { maxDelaySeconds: longest } : {};
  if (soonest.kind === "held") {
    const comesNext = `the message comes back ${inTime(when)}, and uses no retry`;
    return { comesNext, delaySeconds, ...spread };
  }
  const what = nextRequest(poll, soonest.body ?? {}, show);
  const why = soonest.usesNoRetry ? [] : [reasonOf(poll, when, response, now)];
  const counts = soonest.usesNoRetry ? [] : countsOf(poll, soonest.body ?? {});
  const details = [...why, ...counts].join("; ");
  const comesNext = `${what} ${inTime(when)}${details && ` (${details})`}`;
  return { comesNext, delaySeconds, ...spread };
}

function theEnd({ status, result, error }: JsonObject, show: Show): NextStep {
  const described = isJsonObject(error) ? error : undefined;
  const outcome = {
    status: String(status),
    ...(result !== undefined && { result: show.value(result) }),
    ...(described && {
      error: {
        name: show.text(String(described.name)),
        message: show.text(String(described.message), LONGEST_REASON),
        ...(described.reason !== undefined && { reason: show.value(described.reason) }),
      },
    }),
  };
  const why = outcome.error && `: ${outcome.error.message}`;
  return { comesNext: `the poll ends as ${outcome.status}${why ?? ""}`, outcome };
}

/** What the next message asks, in comparison with this one. */
function nextRequest({ message }: Poll, { request, start, step }: JsonObject, show: Show): string {
  if (isJsonObject(start)) return `the start ${requestText(message.request, show)} is sent again`;
  if (!isJsonObject(request)) return "the poll is asked again";
  const shown = requestText(request, show);
  if (step === "result" && message.step !== "result") return `its result is asked for: ${shown}`;
  if (message.step === "start") return `the job has been started; ${shown} is polled`;
  const isSame = request.url === message.request.url;
  return isSame ? `${shown} is asked again` : `${shown} is polled from now on,`;
}

function requestText(
  { url, method = "GET" }: { readonly url?: unknown; readonly method?: unknown },
  show: Show,
): string {
  return `${method} ${show.text(String(url))}`;
}

interface When {
  readonly shortest: number;
  readonly longest: number;
}

function inTime({ shortest, longest }: When): string {
  if (longest === 0) return "at once";
  const [from, to] = [seconds(shortest), seconds(longest)];
  return from === to ? `in ${to} s` : `in ${from} to ${to} s`;
}

function seconds(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Why the delay is so long. The delay itself is the engine's. */
function reasonOf(
  { message, caps }: Poll,
  { shortest, longest }: When,
  response: ResponseHead | undefined,
  now: number,
): string {
  const { delaySeconds, backoff, retryCount } = message;
  const least = backoffDelaySeconds(delaySeconds, backoff, retryCount, () => 0);
  const asked = response && askedDelaySeconds(response, now);
  if (longest < least) return "the last request before expiresAt";
  if (asked !== undefined && asked === shortest && asked > least) return "as the server asks";
  if (caps !== undefined && longest === caps.minDelaySeconds && longest > least) {
    return "the operator's shortest delay";
  }
  const grows = backoff.rate > 1;
  const own = grows
    ? `delaySeconds ${delaySeconds}, backoff ${backoff.rate}, jitter ${backoff.jitter}`
    : "delaySeconds";
  return asked === undefined ? own : `${own}; the server asks for ${seconds(asked)} s`;
}

function countsOf({ message }: Poll, body: JsonObject): string[] {
  const { retryCount, maxRetries, maxErrors, step } = message;
  const errors = numberOf(body.errorCount) ?? 0;
  return [
    ...(step === "result" ? [] : [`retry ${retryCount + 1} of ${maxRetries}`]),
    ...(errors > 0 ? [`error ${errors} in a row, ${maxErrors} are borne`] : []),
  ];
}
