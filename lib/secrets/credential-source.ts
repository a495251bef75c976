import { isLocalShortage } from "../http/local-shortage.ts";
import { authorization, type Credential, credentialOf } from "./credential.ts";
import type { CredentialPlace } from "./credential-place.ts";
import { hiddenOf, type OAuth2Client } from "./oauth2/client.ts";
import {
  TokenNotAskedError,
  TokenRefusedError,
  TokenUnavailableError,
} from "./oauth2/token-answer.ts";
import type { TokenSource } from "./oauth2/token-source.ts";
import { createScrub } from "./scrub.ts";
import type { SecretReader } from "./secret-reader.ts";
import { parseSecretReference } from "./secret-reference.ts";
import type { SecretScope } from "./secret-scope.ts";

/** The secret that a poll message names, and how it is sent. */
export interface SecretAuth {
  /** `secretsmanager:NAME` or `ssm:/name`, with `#key` for a field of the secret. */
  readonly secret: string;
  /** `bearer`, `basic`, `header:NAME`, `query:NAME`, `webhook` or `oauth2`. */
  readonly as: string;
}

/** A credential that can be sent. */
export interface ReadyCredential extends Omit<Credential, "place"> {
  /** `undefined`: there is nothing that may be sent. */
  readonly place: CredentialPlace | undefined;
}

/** The credentials for one request. Both methods throw a `RefusalError` when a retry cannot help. */
export interface CredentialSource {
  current(): Promise<ReadyCredential>;
  /**
   * The credential after a server answered 401 to the current one: the secret may have been rotated, or a token ended.
   * `undefined`: there is no other one.
   */
  afterRefusal(): Promise<ReadyCredential | undefined>;
}

/** Where credentials come from. */
export interface CredentialPorts {
  readonly reader: SecretReader;
  readonly tokens: TokenSource;
}

/** The most characters of what a token endpoint says of its refusal. */
const MAX_WHY = 300;

/** The secret could not be read now; a retry may help. */
class SecretUnreadableError extends Error {
  override readonly name = "SecretUnreadableError";
}

/**
 * Makes the source of the credentials for one request.
 *
 * @param mayUse whether the request may have a secret with this scope: a token is fetched only then
 * @param signal ends every wait, which then fails
 */
export function credentialSource(
  { secret, as }: SecretAuth,
  { reader, tokens }: CredentialPorts,
  mayUse: (scope: SecretScope) => boolean,
  signal: AbortSignal,
): CredentialSource {
  const reference = parseSecretReference(secret);
  let text = "";
  let token: string | undefined;
  let wasRotated = false;

  return {
    async current() {
      text = await inTime(reader.read(reference), secret, signal);
      return ready();
    },
    async afterRefusal() {
      if (token !== undefined) return ready(token);
      return (await isRotated()) ? ready() : undefined;
    },
  };

  async function ready(refusedToken?: string): Promise<ReadyCredential> {
    const { place, ...credential } = credentialOf(text, { key: reference.key, as });
    if (!mayUse(credential)) return { ...credential, place: undefined };
    if (place.in !== "token") return { ...credential, place };
    try {
      token = await tokenOf(place.client, refusedToken);
    } catch (error) {
      if (error instanceof TokenRefusedError && (await isRotated())) return ready();
      throw namingSecret(error, place.client);
    }
    return {
      ...credential,
      place: token === undefined ? undefined : authorization("Bearer", token),
      hidden: [...credential.hidden, ...tokens.known(place.client)],
    };
  }

  function tokenOf(client: OAuth2Client, refused: string | undefined): Promise<string | undefined> {
    return refused === undefined
      ? tokens.token(client, signal)
      : tokens.tokenAfterRefusal(client, refused, signal);
  }

  /** Reads the secret again, once: whether its text has changed. */
  async function isRotated(): Promise<boolean> {
    if (wasRotated) return false;
    const reading = reader.readAfterRefusal(reference, text);
    const rotated = await inTime(reading, secret, signal).catch(() => undefined);
    text = rotated ?? text;
    wasRotated = rotated !== undefined;
    return wasRotated;
  }

  /** Says which secret got no token, and from where. An endpoint may repeat what it was told, at any length. */
  function namingSecret(error: unknown, client: OAuth2Client): unknown {
    if (error instanceof TokenNotAskedError) return error;
    const scrub = createScrub([...hiddenOf(client), ...tokens.known(client)]);
    const why = error instanceof Error && !signal.aborted ? scrub(error.message) : "not in time";
    const message = `${secret}: no token from ${new URL(client.tokenUrl).origin}: ${why.slice(0, MAX_WHY)}`;
    return error instanceof TokenRefusedError
      ? new TokenRefusedError(message)
      : new TokenUnavailableError(message);
  }
}

/**
 * @throws {SecretUnreadableError} when the secret cannot be read, or not before the signal
 * @throws the store's error when it comes from a shortage on this machine
 */
async function inTime<T>(reading: Promise<T>, secret: string, signal: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new SecretUnreadableError(`${secret} was not read in time`));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    throw isLocalShortage(error) ? error : unreadable(secret, error);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** A store's error message may name accounts and roles, so the outcome shows only the error's name. */
function unreadable(secret: string, error: unknown): SecretUnreadableError {
  if (error instanceof SecretUnreadableError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.name : "an error";
  return new SecretUnreadableError(`${secret} could not be read: ${why}`);
}
