import type { ErrorDescription, HttpAnswer, HttpRequest } from "../http/http-request.ts";
import { isLocalShortage, NOT_MADE } from "../http/local-shortage.ts";
import { RefusalError } from "../http/refusal.ts";
import { type SendRequestOptions, sendRequest } from "../http/send-request.ts";
import { type Credential, credentialOf } from "./credential.ts";
import { createScrub, scrubAnswer } from "./scrub.ts";
import type { SecretReader } from "./secret-reader.ts";
import { isSecretAllowed, parseSecretReference, type SecretReference } from "./secret-reference.ts";
import { isInScope } from "./secret-scope.ts";

/** The secret that a poll message names, and how it is sent. */
export interface RequestAuth {
  /** `secretsmanager:NAME` or `ssm:/name`, with `#key` for a field of the secret. */
  readonly secret: string;
  /** `bearer`, `basic` or `header:NAME`. */
  readonly as: string;
}

/** What becomes of a request that its secret may not go into. */
export type OutOfScope = "refuse" | "without";

export interface SendWithSecretOptions extends SendRequestOptions {
  /**
   * `refuse`: the request is not made, because its sender has asked for what the secret forbids. `without`: the request
   * is made without the secret, because a server named its URL. `@default` refuse
   */
  readonly outOfScope?: OutOfScope | undefined;
}

export interface Secrets {
  readonly reader: SecretReader;
  /** The secrets that messages may name, like `secretsmanager:polls/*`. */
  readonly allowed: readonly string[];
}

/** The message must not use this secret, or not for this request. */
class ForbiddenSecretError extends RefusalError {
  override readonly name = "ForbiddenSecretError";
}

/** The secret could not be read now; a retry may help. */
class SecretUnreadableError extends Error {
  override readonly name = "SecretUnreadableError";
}

/**
 * Sends a request with a secret. The secret is sent only with requests inside its own scope. It is read again once when
 * the server answers 401 to it, and is masked everywhere in the answer. One time limit covers all of this. Never throws.
 */
export async function sendWithSecret(
  request: HttpRequest,
  auth: RequestAuth,
  secrets: Secrets,
  { outOfScope = "refuse", ...options }: SendWithSecretOptions,
): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const remainingMs = () => Math.max(0, options.timeoutMs - (performance.now() - startedAt));
  const hidden: string[] = [];
  let scrub = createScrub(hidden);
  let wasSent = false;

  const send = (text: string): Promise<HttpAnswer> => {
    const credential = credentialOf(text, { key: reference.key, as: auth.as });
    hidden.push(...credential.hidden);
    scrub = createScrub(hidden);
    wasSent = isInScope(credential, request);
    if (!wasSent && outOfScope === "refuse") throw forbidden(request, credential, auth.secret);
    return sendRequest(wasSent ? withCredential(request, credential) : request, {
      ...options,
      timeoutMs: remainingMs(),
      isSecret: (text) => scrub(text) !== text,
      onRedirect: (next) => (isInScope(credential, next) ? next : without(next, credential)),
    });
  };
  const within = <T>(reading: Promise<T>): Promise<T> =>
    inTime(reading, auth.secret, AbortSignal.any([options.signal, timeLimit(remainingMs())]));

  const reference = parseSecretReference(auth.secret);
  try {
    refuseNotAllowed(reference, secrets.allowed);
    const text = await within(secrets.reader.read(reference));
    let answer = await send(text);
    if (wasSent && "response" in answer && answer.response?.status === 401) {
      const rotated = await within(secrets.reader.readAfterRefusal(reference, text)).catch(
        () => undefined,
      );
      if (rotated !== undefined) answer = await send(rotated);
    }
    return scrubAnswer(answer, scrub);
  } catch (error) {
    if (options.signal.aborted) return { kind: "aborted" };
    if (error instanceof RefusalError) return { kind: "refused", error: describe(error) };
    if (isLocalShortage(error)) return NOT_MADE;
    return { kind: "transient", error: describe(unreadable(auth.secret, error)) };
  }
}

function refuseNotAllowed(reference: SecretReference, allowed: readonly string[]): void {
  if (isSecretAllowed(reference, allowed)) return;
  throw new ForbiddenSecretError(
    `the secret ${reference.store}:${reference.name} is not in POLL_ALLOW_SECRETS`,
  );
}

function forbidden(
  request: HttpRequest,
  { origins }: Credential,
  secret: string,
): ForbiddenSecretError {
  const { origin } = new URL(request.url);
  const where = origins.includes(origin)
    ? `with ${request.method} to this path of ${origin}`
    : `to ${origin}`;
  return new ForbiddenSecretError(`the secret ${secret} may not be sent ${where}`);
}

function withCredential(request: HttpRequest, credential: Credential): HttpRequest {
  const { headers, ...rest } = without(request, credential);
  const [name, value] = credential.header;
  return { ...rest, headers: { ...headers, [name]: value } };
}

function without(request: HttpRequest, { header: [name] }: Credential): HttpRequest {
  const others = Object.entries(request.headers).filter(([each]) => each.toLowerCase() !== name);
  return { ...request, headers: Object.fromEntries(others) };
}

function timeLimit(ms: number): AbortSignal {
  return AbortSignal.timeout(Math.ceil(ms));
}

async function inTime<T>(reading: Promise<T>, secret: string, signal: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new SecretUnreadableError(`${secret} was not read in time`));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([reading, late]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** A store's error message may name accounts and roles, so the outcome shows only the error's name. */
function unreadable(secret: string, error: unknown): Error {
  if (error instanceof SecretUnreadableError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.name : "an error";
  return new SecretUnreadableError(`${secret} could not be read: ${why}`);
}

function describe({ name, message }: Error): ErrorDescription {
  return { name, message };
}
