import type { HttpAnswer, HttpRequest } from "../http/http-request.ts";
import { isLocalShortage, NOT_MADE } from "../http/local-shortage.ts";
import { RefusalError } from "../http/refusal.ts";
import { type SendRequestOptions, sendRequest } from "../http/send-request.ts";
import { type CredentialPlace, withCredential, withoutCredential } from "./credential-place.ts";
import {
  type CredentialPorts,
  credentialSource,
  type ReadyCredential,
  type SecretAuth,
} from "./credential-source.ts";
import { TokenNotAskedError } from "./oauth2/token-answer.ts";
import { withoutMaskedParameter, withoutQueryParameter } from "./query-parameter.ts";
import { createScrub, type Scrub, scrubAnswer } from "./scrub.ts";
import { isSecretAllowed, parseSecretReference } from "./secret-reference.ts";
import { isInScope, type SecretScope } from "./secret-scope.ts";

/** What becomes of a request that its secret may not go into. */
export type OutOfScope = "refuse" | "without";

export interface SendWithSecretOptions extends SendRequestOptions {
  /**
   * `refuse`: the request is not made, because its sender has asked for what the secret forbids. `without`: the request
   * is made without the secret, because a server named its URL. `@default` refuse
   */
  readonly outOfScope?: OutOfScope | undefined;
}

export interface Secrets extends CredentialPorts {
  /** The secrets that messages may name, like `secretsmanager:polls/*`. */
  readonly allowed: readonly string[];
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/** The message must not use this secret, or not for this request. */
class ForbiddenSecretError extends RefusalError {
  override readonly name = "ForbiddenSecretError";
}

/**
 * Sends a request with a secret. The secret is sent only with requests inside its own scope. When the server answers
 * 401 to it, the secret is read again, or another token fetched, once. It is masked everywhere in the answer. One time
 * limit covers all of this. Never throws.
 */
export async function sendWithSecret(
  request: HttpRequest,
  auth: SecretAuth,
  secrets: Secrets,
  { outOfScope = "refuse", ...options }: SendWithSecretOptions,
): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const remainingMs = () => Math.max(0, options.timeoutMs - (performance.now() - startedAt));
  const timeLimit = AbortSignal.timeout(Math.ceil(options.timeoutMs));
  const signal = AbortSignal.any([options.signal, timeLimit]);
  const hidden = new Set<string>();
  let scrub: Scrub = (text) => text;

  const mayUse = (scope: SecretScope): boolean => {
    if (isInScope(scope, request)) return true;
    if (outOfScope === "without") return false;
    throw new ForbiddenSecretError(`the secret ${auth.secret} ${mayNotGo(request, scope)}`);
  };
  const send = ({ place, ...credential }: ReadyCredential): Promise<HttpAnswer> => {
    for (const value of credential.hidden) hidden.add(value);
    const mask = createScrub([...hidden]);
    scrub = place?.in === "query" ? (text) => withoutMaskedParameter(mask(text), place.name) : mask;
    const bounds = { ...options, timeoutMs: remainingMs() };
    return place === undefined
      ? sendRequest(request, bounds)
      : sendRequest(withCredential(request, place, secrets.now()), {
          ...bounds,
          isSecret: (text) => isSecretIn(text, place, mask),
          onRedirect: redirectsWith(request, credential, place, secrets.now),
        });
  };

  try {
    refuseNotAllowed(auth.secret, secrets.allowed);
    const source = credentialSource(auth, secrets, mayUse, signal);
    const credential = await source.current();
    let answer = await send(credential);
    if (credential.place !== undefined && isUnauthorized(answer)) {
      const other = await source.afterRefusal();
      if (other?.place !== undefined) answer = await send(other);
    }
    return scrubAnswer(answer, scrub);
  } catch (error) {
    if (options.signal.aborted) return { kind: "aborted" };
    if (error instanceof TokenNotAskedError) {
      return { ...NOT_MADE, ...(error.delaySeconds && { delaySeconds: error.delaySeconds }) };
    }
    if (isLocalShortage(error)) return NOT_MADE;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const described = { name, message };
    return error instanceof RefusalError
      ? { kind: "refused", error: described }
      : { kind: "transient", error: described, neverSent: true };
  }
}

function refuseNotAllowed(secret: string, allowed: readonly string[]): void {
  const reference = parseSecretReference(secret);
  if (isSecretAllowed(reference, allowed)) return;
  throw new ForbiddenSecretError(
    `the secret ${reference.store}:${reference.name} is not in POLL_ALLOW_SECRETS; the stack's parameter AllowSecrets lists all secrets that messages may name`,
  );
}

function mayNotGo({ url, method }: HttpRequest, { origins }: SecretScope): string {
  const { origin } = new URL(url);
  return origins.includes(origin)
    ? `may not be sent with ${method} to this path of ${origin}`
    : `may not be sent to ${origin}`;
}

function isUnauthorized(answer: HttpAnswer): boolean {
  return "response" in answer && answer.response?.status === 401;
}

/**
 * Whether a redirect's URL contains the secret. A key's own parameter is left out: it is removed before the request.
 */
function isSecretIn(url: string, place: CredentialPlace, mask: Scrub): boolean {
  const text = place.in === "query" ? withoutQueryParameter(url, place.name, place.value) : url;
  return mask(text) !== text;
}

/**
 * A redirect within the origin takes the credential along as far as its scope reaches. Another origin gets none, and a
 * redirect back does not restore it.
 */
function redirectsWith(
  request: HttpRequest,
  scope: SecretScope,
  place: CredentialPlace,
  now: () => number,
): (next: HttpRequest) => HttpRequest {
  const { origin } = new URL(request.url);
  let goesAlong = true;
  return (next) => {
    goesAlong &&= new URL(next.url).origin === origin && isInScope(scope, next);
    return goesAlong ? withCredential(next, place, now()) : withoutCredential(next, place);
  };
}
