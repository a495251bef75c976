import { MAX_WAIT_SECONDS } from "../batch/hops.ts";

/** However long a host asks to be left alone, it is asked again after this many seconds: twelve hours. */
export const MAX_RETRY_AFTER_SECONDS = MAX_WAIT_SECONDS;

/**
 * Reads a Retry-After header, delay-seconds or HTTP-date (RFC 9110 section 10.2.3).
 *
 * @param value the header; of several, joined by commas, none is taken
 * @param now in epoch ms, which an HTTP-date is compared with
 * @returns seconds from now, 0 to {@link MAX_RETRY_AFTER_SECONDS}; `undefined` when there is none that can be read
 */
export function retryAfterSeconds(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return clamp(Number(text));
  if (!HTTP_DATE.test(text)) return undefined;
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : clamp((date - now) / 1000);
}

/** RFC 9110 section 5.6.7: IMF-fixdate, rfc850-date, asctime-date; anything else Date.parse would guess at. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

function clamp(seconds: number): number {
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(0, seconds));
}
