import { MAX_WAIT_SECONDS } from "../limits.ts";

/** The parts of a response that say when to come back. */
interface Asking {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** With Retry-After, these statuses mean that the caller sends too many requests, or that the server is unavailable. */
const PAUSE_STATUSES = new Set([403, 413, 429, 503]);

/** Azure and OpenAI send the delay in milliseconds, which is more exact than their Retry-After. */
const MS_HEADERS = ["retry-after-ms", "x-ms-retry-after-ms"];

/** The time when a quota resets, in seconds from now or as an epoch. APIs use each of these spellings. */
const RESET_HEADERS = [
  "x-ratelimit-reset-after",
  "x-ratelimit-reset",
  "x-rate-limit-reset",
  "ratelimit-reset",
];
const REMAINING_HEADERS = [
  "x-ratelimit-remaining",
  "x-rate-limit-remaining",
  "ratelimit-remaining",
];

/**
 * Reads when the next request may be sent: from Retry-After or its variants in milliseconds; for a rate limit (429,
 * 403) without them, from the time when the quota resets.
 *
 * @param now in epoch ms
 * @returns seconds from now, 0 to {@link MAX_WAIT_SECONDS}; `undefined` when the response does not say
 */
export function askedDelaySeconds({ status, headers }: Asking, now: number): number | undefined {
  return (
    first(MS_HEADERS, (name) => millisecondsDelay(headers[name])) ??
    retryAfterSeconds(headers["retry-after"], now) ??
    (isRateLimited({ status, headers }) ? resetDelay(headers, now) : undefined)
  );
}

/**
 * Whether a response means "come back later": a 429, a 503 or 413 with Retry-After, or a 403 with Retry-After or with a
 * used-up quota, as GitHub sends it.
 */
export function asksForPause(response: Asking): boolean {
  return isRateLimited(response) || (PAUSE_STATUSES.has(response.status) && saysWhen(response));
}

/** A 403 with a used-up quota is a rate limit. With quota left, it is a missing permission. */
function isRateLimited({ status, headers }: Asking): boolean {
  if (status !== 403) return status === 429;
  const remaining =
    first(REMAINING_HEADERS, (name) => headers[name]) ??
    /(?:^|[,;])\s*remaining=(\d+)/.exec(headers.ratelimit ?? "")?.[1];
  if (remaining !== undefined && !isUsedUp(remaining)) return false;
  return resetDelay(headers, 0) !== undefined;
}

/** Of several quotas the first counts; a few servers count below 0. */
function isUsedUp(remaining: string): boolean {
  return remaining.trim() === "" || Number.parseFloat(remaining) <= 0;
}

function saysWhen({ headers }: Asking): boolean {
  return [...MS_HEADERS, "retry-after"].some((name) => headers[name] !== undefined);
}

function resetDelay(headers: Asking["headers"], now: number): number | undefined {
  return (
    first(RESET_HEADERS, (name) => retryAfterSeconds(headers[name], now)) ??
    quotaDelay(headers.ratelimit)
  );
}

/** The RateLimit header of the IETF drafts: one item per quota, like `"day";r=0;t=3600`; older drafts: `reset=3600`. */
function quotaDelay(field: string | undefined): number | undefined {
  const usedUp = (field ?? "").split(",").filter((quota) => !/;\s*r=0*[1-9]/.test(quota));
  const delays = usedUp.flatMap(
    (quota) => /(?:^|;)\s*(?:t|reset)=(\d+)\s*(?:;|$)/.exec(quota)?.[1] ?? [],
  );
  return delays.length === 0 ? undefined : clamp(Math.max(...delays.map(Number)));
}

function millisecondsDelay(value: string | undefined): number | undefined {
  const text = value?.trim() ?? "";
  return NUMBER.test(text) ? clamp(Math.ceil(Number(text) / 1000)) : undefined;
}

function first<T>(names: readonly string[], read: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const value = read(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** RFC 9110 allows whole seconds only, but servers also send fractions. */
const NUMBER = /^\d+(?:\.\d*)?$/;

/** Larger numbers are points in time, in epoch seconds or epoch ms: as a delay, the first would be 30 years long. */
const FIRST_EPOCH_SECONDS = 1_000_000_000;
const FIRST_EPOCH_MS = 100_000_000_000;

/**
 * Parses a Retry-After header: delay-seconds, rounded up, or an HTTP-date (RFC 9110 section 10.2.3). Some servers send
 * an epoch in seconds or milliseconds, which is accepted too.
 *
 * @param value the header's value; several values joined by commas are ignored
 * @param now in epoch ms; a date is compared with it
 * @returns seconds from now, 0 to {@link MAX_WAIT_SECONDS}; `undefined` when the value cannot be parsed
 */
export function retryAfterSeconds(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  if (NUMBER.test(text)) return secondsOf(Number(text), now);
  if (!HTTP_DATE.test(text)) return undefined;
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : clamp((date - now) / 1000);
}

function secondsOf(number: number, now: number): number {
  if (number < FIRST_EPOCH_SECONDS) return clamp(Math.ceil(number));
  const epochMs = number < FIRST_EPOCH_MS ? number * 1000 : number;
  return clamp(Math.ceil((epochMs - now) / 1000));
}

/** RFC 9110 section 5.6.7: IMF-fixdate, rfc850-date, asctime-date. With any other format, Date.parse would guess. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

function clamp(seconds: number): number {
  return Math.min(MAX_WAIT_SECONDS, Math.max(0, seconds));
}
