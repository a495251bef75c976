import { retryAfterSeconds } from "../timing/retry-after.ts";
import { hostOf } from "./host-name.ts";
import type { HttpResponse } from "./http-request.ts";

/** Which hosts have asked to be left alone, and until when. */
export interface HostPauses {
  /** Until when the host of a URL is to be left alone, in epoch ms; `undefined`: it may be asked now. */
  pausedUntil(url: string, now: number): number | undefined;
  /** Takes note of what a host answered: a 429 or 503 with Retry-After asks for a pause (RFC 6585 section 4, RFC 9110 section 15.6.4). */
  note(url: string, response: HttpResponse, now: number): void;
}

/**
 * Makes the pauses of one batch. They do not outlive it: a 429 speaks of one caller's quota, and a host that names
 * twelve hours to one poll must not stop, in this sandbox, those that others ask with their own credentials.
 */
export function createHostPauses(): HostPauses {
  const pauses = new Map<string, number>();
  return {
    pausedUntil(url, now) {
      const until = pauses.get(hostOf(url) ?? "");
      return until !== undefined && until > now ? until : undefined;
    },
    note(url, { status, headers }, now) {
      if (status !== 429 && status !== 503) return;
      const seconds = retryAfterSeconds(headers["retry-after"], now);
      const host = hostOf(url);
      if (seconds === undefined || host === undefined) return;
      pauses.set(host, Math.max(pauses.get(host) ?? 0, now + seconds * 1000));
    },
  };
}
