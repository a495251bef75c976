import type { JsonObject } from "../json/json.ts";
import type { CredentialPlace } from "./credential-place.ts";
import { clientOf, hiddenOf, type OAuth2Client } from "./oauth2/client.ts";
import {
  fieldOf,
  MIN_SECRET_CHARACTERS,
  ofSensibleLength,
  parseSecret,
  textIn,
} from "./secret-document.ts";
import { SecretFormatError } from "./secret-format-error.ts";
import { type SecretScope, scopeOf } from "./secret-scope.ts";
import { webhookKeys } from "./webhook-signature.ts";

/** How a secret goes into a request. */
export interface CredentialForm {
  /** The field of the secret that is used. */
  readonly key: string | undefined;
  /** `bearer`, `basic`, `header:NAME`, `query:NAME`, `webhook` or `oauth2`. */
  readonly as: string;
}

/** The credential that a secret holds, and the requests that it may go into. */
export interface Credential extends SecretScope {
  /** Where it goes; for `oauth2`, the client that gets a token first. */
  readonly place: CredentialPlace | { readonly in: "token"; readonly client: OAuth2Client };
  /** The values that must not appear in any answer, log or outcome. */
  readonly hidden: readonly string[];
}

/** The field that is used when the message does not name one. */
const DEFAULT_KEY = "value";

/** The field of an OAuth client's own secret. */
const CLIENT_SECRET = "clientSecret";

/**
 * Makes a credential from a secret's text: a JSON object with its scope (see {@link scopeOf}) and its value,
 *
 *     { "origins": ["https://api.example.com"], "value": "..." }
 *
 * For `basic`, the value is `"USER:PASSWORD"`, or the fields `username` and `password` replace it; one of those two may
 * be empty. For `webhook`, see {@link webhookKeys}; for `oauth2`, see {@link clientOf}.
 *
 * @throws {SecretFormatError} when the text is not such an object, names no origin, or its value cannot be sent
 */
export function credentialOf(text: string, { key, as }: CredentialForm): Credential {
  const secret = parseSecret(text);
  const scope = scopeOf(secret);
  if (as === "oauth2") {
    const client = clientOf(secret);
    return { ...scope, place: { in: "token", client }, hidden: hiddenOf(client) };
  }
  refuseClientSecret(secret, key);
  if (as === "basic") {
    const pair = ofSensibleLength(basicPair(secret, key));
    const encoded = Buffer.from(pair).toString("base64");
    return {
      ...scope,
      place: authorization("Basic", encoded),
      hidden: [encoded, pair, ...hiddenParts(pair)],
    };
  }
  const field = key ?? DEFAULT_KEY;
  if (as === "webhook") {
    const { keys, hidden } = webhookKeys(oneOrMore(secret, field));
    return { ...scope, place: { in: "signature", keys }, hidden };
  }
  const value = ofSensibleLength(fieldOf(secret, field));
  if (!/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    throw unsendable();
  }
  return { ...scope, place: placeOf(as, value), hidden: [value] };
}

function unsendable(): SecretFormatError {
  return new SecretFormatError("the secret's value cannot be sent: does it contain a line break?");
}

/** A client's secret is sent to its `tokenUrl` only, whatever a message asks for. */
function refuseClientSecret(secret: JsonObject, key: string | undefined): void {
  if (key !== CLIENT_SECRET || !Object.hasOwn(secret, "tokenUrl")) return;
  throw new SecretFormatError("the secret has a tokenUrl, so its clientSecret is for oauth2 only");
}

function placeOf(as: string, value: string): CredentialPlace {
  const [, kind, name = ""] = /^(header|query):(.+)$/.exec(as) ?? [];
  if (kind === "query") return { in: "query", name, value };
  if (kind === "header") return { in: "header", name: name.toLowerCase(), value };
  return authorization("Bearer", value);
}

/** The header `Authorization` (RFC 9110 section 11.6.2). */
export function authorization(scheme: "Basic" | "Bearer", value: string): CredentialPlace {
  return { in: "header", name: "authorization", value: `${scheme} ${value}` };
}

/**
 * The part of a pair that must be hidden even when it appears alone: the password, or the user when the password is
 * short, because many APIs take a key as the user with an empty or fixed password. A short part occurs in any text.
 */
function hiddenParts(pair: string): string[] {
  const colon = pair.indexOf(":");
  const [user, password] = [pair.slice(0, colon), pair.slice(colon + 1)];
  const parts = FIXED_PASSWORDS.has(password) ? [user] : [password, user];
  return parts.filter(({ length }) => length >= MIN_SECRET_CHARACTERS).slice(0, 1);
}

/** Fixed passwords of APIs that take a token as the user: GitHub, Toggl and others. */
const FIXED_PASSWORDS: ReadonlySet<string> = new Set(["x-oauth-basic", "api_token"]);

/** A list, or one text with spaces between the items: the AWS console stores only texts. */
function oneOrMore(secret: JsonObject, name: string): string {
  const value = Object.hasOwn(secret, name) ? secret[name] : undefined;
  return Array.isArray(value) ? value.join(" ") : fieldOf(secret, name);
}

function basicPair(secret: JsonObject, key: string | undefined): string {
  const pair =
    key === undefined && secret[DEFAULT_KEY] === undefined
      ? `${textIn(secret, "username")}:${textIn(secret, "password")}`
      : fieldOf(secret, key ?? DEFAULT_KEY);
  if (!pair.includes(":")) throw new SecretFormatError("the secret's value must be USER:PASSWORD");
  // RFC 7617 section 2. A line break at the end is a slip of the editor or the shell that wrote the secret.
  if (/\p{Cc}/u.test(pair)) throw unsendable();
  return pair;
}
