import type { HttpAnswer, HttpRequest } from "../../http/http-request.ts";
import { MAX_TIMEOUT_MS } from "../../limits.ts";
import type { OAuth2Client } from "./client.ts";
import {
  type AccessToken,
  TokenNotAskedError,
  TokenUnavailableError,
  tokenIn,
} from "./token-answer.ts";
import { tokenRequest } from "./token-request.ts";

/** The tokens of a sandbox. */
export interface TokenSource {
  /**
   * A client's token: the one that is kept, or a new one. Calls at the same time share one request.
   *
   * @param signal ends the wait
   * @throws {TokenRefusedError | TokenUnavailableError | TokenNotAskedError} as `tokenIn` does
   * @throws the signal's reason
   */
  token(client: OAuth2Client, signal: AbortSignal): Promise<string>;
  /**
   * A client's token after an API refused one.
   *
   * @returns `undefined` when another one was refused a moment ago: the reason is not the token's age
   * @throws as `token` does
   */
  tokenAfterRefusal(
    client: OAuth2Client,
    refused: string,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Every token of a client that an answer may still repeat. */
  known(client: OAuth2Client): readonly string[];
}

export interface TokenPorts {
  /** Sends a request as the poller sends all of them. Never rejects. */
  readonly send: (
    request: HttpRequest,
    bounds: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<HttpAnswer>;
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/** What is kept for one client. */
interface Kept {
  current: { readonly token: string; readonly usableUntil: number } | undefined;
  /** A token that replaced a refused one, and when. */
  renewed: { readonly token: string; readonly at: number } | undefined;
  /** The newest tokens, newest first. */
  readonly tokens: string[];
  underWay: Fetch | undefined;
  /** Until when the endpoint asks for a pause, in epoch ms. */
  pausedUntil: number;
}

/** One request for a token, and those who wait for it. */
interface Fetch {
  readonly token: Promise<AccessToken>;
  waiting: number;
  abort(): void;
}

/** After an API refused a new token too, no other one is asked for this long, in ms. */
const REFUSED_FOR_MS = 5000;

/** The longest pause that an endpoint can ask for, in ms: a later request finds out anew. */
const MAX_PAUSE_MS = 60_000;

/** A job's state may repeat the token of its start: as many old tokens are remembered. */
const KNOWN_TOKENS = 5;

/**
 * Makes the tokens of a sandbox: each is kept until shortly before it expires, and one request at a time asks for a
 * client's next one. That request ends when nobody waits for it any more, so none outlives its batch. While an endpoint
 * has asked for a pause, it gets no request.
 */
export function createTokenSource({ send, now }: TokenPorts): TokenSource {
  const clients = new Map<string, Kept>();

  function keptFor(client: OAuth2Client): Kept {
    const key = JSON.stringify(client);
    const kept = clients.get(key) ?? {
      current: undefined,
      renewed: undefined,
      tokens: [],
      underWay: undefined,
      pausedUntil: 0,
    };
    clients.set(key, kept);
    return kept;
  }

  function startFetch(client: OAuth2Client, kept: Kept): Fetch {
    const controller = new AbortController();
    const askedAt = now();
    const bounds = { timeoutMs: MAX_TIMEOUT_MS, signal: controller.signal };
    const token = send(tokenRequest(client), bounds).then((answer) => tokenIn(answer, now()));
    const fetch: Fetch = { token, waiting: 0, abort: () => controller.abort() };
    const keep = ({ token, usableSeconds }: AccessToken) => {
      kept.current = { token, usableUntil: askedAt + usableSeconds * 1000 };
      kept.tokens.unshift(token);
      kept.tokens.length = Math.min(kept.tokens.length, KNOWN_TOKENS);
    };
    const pause = (error: unknown) => {
      const seconds = error instanceof TokenUnavailableError ? (error.pauseSeconds ?? 0) : 0;
      kept.pausedUntil = now() + Math.min(seconds * 1000, MAX_PAUSE_MS);
    };
    token.then(keep, pause).finally(() => {
      if (kept.underWay === fetch) kept.underWay = undefined;
    });
    return fetch;
  }

  async function fetched(client: OAuth2Client, kept: Kept, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const pausedMs = kept.pausedUntil - now();
    if (pausedMs > 0) throw new TokenNotAskedError(pausedMs / 1000);
    kept.underWay ??= startFetch(client, kept);
    const fetch = kept.underWay;
    fetch.waiting++;
    try {
      return (await unlessAborted(fetch.token, signal)).token;
    } finally {
      fetch.waiting--;
      if (fetch.waiting === 0) {
        if (kept.underWay === fetch) kept.underWay = undefined;
        fetch.abort();
      }
    }
  }

  return {
    async token(client, signal) {
      const kept = keptFor(client);
      const { current } = kept;
      return current !== undefined && now() < current.usableUntil
        ? current.token
        : fetched(client, kept, signal);
    },
    async tokenAfterRefusal(client, refused, signal) {
      const kept = keptFor(client);
      const { current, renewed } = kept;
      if (current?.token === refused) {
        if (renewed?.token === refused && now() < renewed.at + REFUSED_FOR_MS) return undefined;
        kept.current = undefined;
      }
      const token = await this.token(client, signal);
      if (token !== renewed?.token) kept.renewed = { token, at: now() };
      return token;
    },
    known: (client) => keptFor(client).tokens,
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
