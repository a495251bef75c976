import type { HttpAnswer, HttpResponse, ResponseHead } from "../../http/http-request.ts";
import { RefusalError } from "../../http/refusal.ts";
import { isSuccessful } from "../../http/status.ts";
import { isJsonObject, type JsonObject, numberOf } from "../../json/json.ts";
import { MAX_HEADER_BYTES } from "../../limits.ts";
import { askedDelaySeconds, asksForPause } from "../../timing/retry-after.ts";
import { MIN_SECRET_CHARACTERS } from "../secret-document.ts";

/** An access token. */
export interface AccessToken {
  readonly token: string;
  /** How long it is used, in seconds: until shortly before it expires. */
  readonly usableSeconds: number;
}

/** The token endpoint gives this client no token: a retry with the same client cannot help. */
export class TokenRefusedError extends RefusalError {
  override readonly name = "TokenRefusedError";
}

/** The token endpoint gives no token now; a retry may help. */
export class TokenUnavailableError extends Error {
  override readonly name = "TokenUnavailableError";
  /** The pause that the endpoint asks for, in seconds. `undefined`: none. */
  readonly pauseSeconds: number | undefined;

  constructor(message: string, pauseSeconds?: number) {
    super(message);
    this.pauseSeconds = pauseSeconds;
  }
}

/** No request for a token was made, because of a local shortage or a pause of the endpoint. */
export class TokenNotAskedError extends Error {
  override readonly name = "TokenNotAskedError";
  /** When to try again, in seconds from now. `undefined`: the shortage does not say. */
  readonly delaySeconds: number | undefined;

  constructor(delaySeconds?: number) {
    super("no token was asked for");
    this.delaySeconds = delaySeconds;
  }
}

/** A token without `expires_in` (optional in RFC 6749 section 5.1) is used for as long as a secret is cached. */
const UNKNOWN_LIFETIME_SECONDS = 300;

/** A token is renewed this long before it expires: requests are under way, and clocks differ. */
const MARGIN_SECONDS = 60;

/** A token that is short-lived is used for this part of its life. */
const MIN_USED_PART = 0.8;

/** A longer token leaves no room for other headers. */
const MAX_TOKEN_CHARACTERS = MAX_HEADER_BYTES / 2;

/** Errors with a status 400 that are temporary. The specification has them for other endpoints (RFC 6749 4.1.2.1). */
const TEMPORARY_ERRORS: ReadonlySet<unknown> = new Set(["server_error", "temporarily_unavailable"]);

/** Statuses below 500 that are temporary: Request Timeout, Too Early, Too Many Requests. */
const TEMPORARY_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Reads a token endpoint's answer (RFC 6749 sections 5.1 and 5.2).
 *
 * @param now in epoch ms
 * @throws {TokenRefusedError} when the endpoint refuses the client, redirects, may not be asked, or sends too much
 * @throws {TokenUnavailableError} when it is down, late, or answers with something else than a token, such as HTML
 * @throws {TokenNotAskedError} when it was not asked
 */
export function tokenIn(answer: HttpAnswer, now: number): AccessToken {
  switch (answer.kind) {
    case "response":
      return isSuccessful(answer.response.status)
        ? tokenOf(answer.response)
        : refuse(answer.response, answer.response.body, now);
    case "unreadable":
      // Only the body of a 400 says whether it is temporary.
      if (
        !isSuccessful(answer.response.status) &&
        !(answer.mayChange && answer.response.status === 400)
      ) {
        return refuse(answer.response, undefined, now);
      }
      if (answer.mayChange) throw new TokenUnavailableError(answer.error.message);
      throw new TokenRefusedError(answer.error.message);
    case "refused":
      throw new TokenRefusedError(`${answer.error.name}: ${answer.error.message}`);
    case "transient":
    case "unfinished":
      throw new TokenUnavailableError(answer.error.message);
    case "aborted":
      throw new TokenNotAskedError(answer.delaySeconds);
  }
}

function refuse(response: ResponseHead, body: unknown, now: number): never {
  const { status } = response;
  const { error, error_description: description }: JsonObject = isJsonObject(body) ? body : {};
  const said = [error, description].filter((text) => typeof text === "string").join(": ");
  const isRedirect = status >= 300 && status < 400;
  const isTemporary =
    status >= 500 || TEMPORARY_STATUSES.has(status) || TEMPORARY_ERRORS.has(error);
  const message = isRedirect
    ? `it answered ${status}, but a client's secret is sent to its tokenUrl only`
    : `it answered ${status}${said === "" ? "" : ` ${said}`}`;
  if (!isTemporary) throw new TokenRefusedError(message);
  const pauseSeconds = asksForPause(response) ? askedDelaySeconds(response, now) : undefined;
  throw new TokenUnavailableError(message, pauseSeconds);
}

/**
 * `token_type` is not checked: without a proof of possession in the request, every token is a bearer token, whatever
 * some servers call it.
 */
function tokenOf({ status, body }: HttpResponse): AccessToken {
  if (!isJsonObject(body)) {
    throw new TokenUnavailableError(`it answered ${status} with something else than JSON`);
  }
  const { access_token: token, expires_in: expiresIn } = body;
  if (typeof token !== "string") {
    throw new TokenUnavailableError(`it answered ${status} without an access_token`);
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new TokenUnavailableError("its access_token cannot be sent in a header");
  }
  if (token.length < MIN_SECRET_CHARACTERS || token.length > MAX_TOKEN_CHARACTERS) {
    throw new TokenRefusedError(
      `its access_token must have ${MIN_SECRET_CHARACTERS} to ${MAX_TOKEN_CHARACTERS} characters`,
    );
  }
  return { token, usableSeconds: usableSeconds(expiresIn) };
}

/** Many servers send `expires_in` as a text. */
function usableSeconds(expiresIn: unknown): number {
  const isText = typeof expiresIn === "string" && /^\d+(?:\.\d+)?$/.test(expiresIn);
  const seconds = isText ? Number(expiresIn) : numberOf(expiresIn);
  if (seconds === undefined || seconds < 0) return UNKNOWN_LIFETIME_SECONDS;
  return Math.max(seconds - MARGIN_SECONDS, seconds * MIN_USED_PART);
}
