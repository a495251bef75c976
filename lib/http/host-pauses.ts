import { createHash } from "node:crypto";
import { askedDelaySeconds, asksForPause } from "../timing/retry-after.ts";
import { hostOf } from "./host-name.ts";
import type { ResponseHead } from "./http-request.ts";

/** The parts of a request that say where it goes and with which credentials. */
export interface PausableRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Without a secret, the function's own role. */
  readonly auth?: { readonly secret?: string | undefined } | undefined;
}

/** Which hosts have asked for a pause, for which credentials, and until when. */
export interface HostPauses {
  /** Until when a request must wait, in epoch ms; `undefined` when it may be sent now. */
  pausedUntil(request: PausableRequest, now: number): number | undefined;
  /**
   * Notes the pause that a response asks for: a 429, or a 403, 413 or 503 that says when to come back (RFC 6585
   * section 4, RFC 9110 section 15.6.4).
   *
   * @param answeredBy the URL of the response, after redirects. `@default` the request's URL
   */
  note(
    request: PausableRequest,
    response: ResponseHead,
    now: number,
    answeredBy?: string | undefined,
  ): void;
}

/** How long one sender without credentials can make other senders to the same host wait. */
const OTHERS_PAUSE_MS = 60_000;

/**
 * Makes the pauses of one batch; they end with it. A pause is about one caller's quota, so it holds the requests to
 * that host with the same credentials. To the host, all requests without credentials come from one caller, although
 * their senders differ: such a pause holds requests to the same URL, and other requests to the host for at most a
 * minute.
 */
export function createHostPauses(): HostPauses {
  const pauses = new Map<string, number>();
  const pause = (key: string, until: number) =>
    pauses.set(key, Math.max(pauses.get(key) ?? 0, until));
  return {
    pausedUntil({ url, headers, auth }, now) {
      if (pauses.size === 0) return undefined;
      const { own, others } = keysOf(url, credentialOf(headers, auth));
      const until = Math.max(pauses.get(own) ?? 0, (others && pauses.get(others)) || 0);
      return until > now ? until : undefined;
    },
    note(request, response, now, answeredBy = request.url) {
      const seconds = asksForPause(response) ? askedDelaySeconds(response, now) : undefined;
      if (seconds === undefined) return;
      // A redirect to another origin carried no credentials.
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

/** Names of headers that APIs use for credentials. */
const CREDENTIAL =
  /^(?:authorization|cookie|.*(?:key|token|auth|secret|session|signature|password|credential).*)$/;

/** A digest of the request's credentials, never their value; `undefined` when it has none. */
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
