import { createHash } from "node:crypto";
import { askedDelaySeconds, asksForPause } from "../timing/retry-after.ts";
import { hostOf } from "./host-name.ts";
import type { ResponseHead } from "./http-request.ts";

/** What of a poll's request says where it goes, and who asks. */
export interface PausableRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly auth?: { readonly secret: string } | undefined;
}

/** Which hosts have asked to be left alone, by whom, and until when. */
export interface HostPauses {
  /** Until when a request is to wait, in epoch ms; `undefined`: it may be made now. */
  pausedUntil(request: PausableRequest, now: number): number | undefined;
  /**
   * Takes note of what was answered: a 429, or a 403, 413 or 503 that says when to come back, asks for a pause
   * (RFC 6585 section 4, RFC 9110 section 15.6.4).
   *
   * @param answeredBy the URL that gave the response, where redirects led there
   */
  note(
    request: PausableRequest,
    response: ResponseHead,
    now: number,
    answeredBy?: string | undefined,
  ): void;
}

/** How long one sender without credentials can hold the others of a host. */
const OTHERS_PAUSE_MS = 60_000;

/**
 * Makes the pauses of one batch; they do not outlive it. A pause speaks of one caller's quota: it holds requests to
 * that host with the same credentials. Of requests without any, all are the same caller to the host, though their
 * senders are not: there it holds those of the same URL, and others for at most a minute.
 */
export function createHostPauses(): HostPauses {
  const pauses = new Map<string, number>();
  const pause = (key: string, until: number) =>
    pauses.set(key, Math.max(pauses.get(key) ?? 0, until));
  return {
    pausedUntil({ url, headers, auth }, now) {
      const { own, others } = keysOf(url, credentialOf(headers, auth));
      const until = Math.max(pauses.get(own) ?? 0, (others && pauses.get(others)) || 0);
      return until > now ? until : undefined;
    },
    note(request, response, now, answeredBy = request.url) {
      const seconds = asksForPause(response) ? askedDelaySeconds(response, now) : undefined;
      if (seconds === undefined) return;
      // What a redirect led to at another origin was told no credential.
      const isOwnOrigin = URL.parse(answeredBy)?.origin === URL.parse(request.url)?.origin;
      const credential = isOwnOrigin ? credentialOf(request.headers, request.auth) : undefined;
      const { own, others } = keysOf(answeredBy, credential);
      const until = now + seconds * 1000;
      pause(own, until);
      if (others !== undefined) pause(others, Math.min(until, now + OTHERS_PAUSE_MS));
    },
  };
}

function keysOf(url: string, credential: string | undefined): { own: string; others?: string } {
  const host = hostOf(url) ?? "";
  return credential === undefined
    ? { own: `${host} ${url}`, others: host }
    : { own: `${host} ${credential}` };
}

/** Headers that say who asks, by the names that APIs give them. */
const CREDENTIAL =
  /^(?:authorization|cookie|.*(?:key|token|auth|secret|session|signature|password|credential).*)$/;

/** A digest of what says who asks, never the value itself; `undefined` where nothing does. */
function credentialOf(
  headers: PausableRequest["headers"],
  auth: PausableRequest["auth"],
): string | undefined {
  const said = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => CREDENTIAL.test(name) && name !== "idempotency-key")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (said.length === 0 && auth === undefined) return undefined;
  return createHash("sha256")
    .update(JSON.stringify([said, auth?.secret]))
    .digest("base64");
}
