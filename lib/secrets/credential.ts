import { isJsonObject, JsonError, type JsonObject, parseJson } from "../json/json.ts";
import { MAX_SECRET_CHARACTERS } from "../limits.ts";
import { SecretFormatError } from "./secret-format-error.ts";
import { type SecretScope, scopeOf } from "./secret-scope.ts";

/** How a secret goes into a request. */
export interface CredentialForm {
  /** The field of the secret that is used. */
  readonly key: string | undefined;
  /** `bearer`, `basic` or `header:NAME`. */
  readonly as: string;
}

/** The credential that a secret holds, and the requests that it may go into. */
export interface Credential extends SecretScope {
  readonly header: readonly [name: string, value: string];
  /** The values that must not appear in any answer, log or outcome. */
  readonly hidden: readonly string[];
}

/** A shorter value occurs by chance in any text, so it could not be removed from a response. */
const MIN_LENGTH = 8;

/** The field that is used when the message does not name one. */
const DEFAULT_KEY = "value";

/**
 * Makes a credential from a secret's text: a JSON object with its scope (see {@link scopeOf}) and its value,
 *
 *     { "origins": ["https://api.example.com"], "value": "..." }
 *
 * For `basic`, the value is `"USER:PASSWORD"`, or the fields `username` and `password` replace it; one of those two may
 * be empty.
 *
 * @throws {SecretFormatError} when the text is not such an object, names no origin, or its value cannot be sent in a
 *   header
 */
export function credentialOf(text: string, { key, as }: CredentialForm): Credential {
  const secret = parsed(text);
  const scope = scopeOf(secret);
  if (as === "basic") {
    const pair = ofSensibleLength(basicPair(secret, key));
    const encoded = Buffer.from(pair).toString("base64");
    return {
      header: ["authorization", `Basic ${encoded}`],
      ...scope,
      hidden: [encoded, pair, ...hiddenParts(pair)],
    };
  }
  const value = ofSensibleLength(fieldOf(secret, key ?? DEFAULT_KEY));
  if (!/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    throw new SecretFormatError(
      "the secret's value cannot be sent in a header: does it contain a line break?",
    );
  }
  const header = as.startsWith("header:") ? as.slice("header:".length).toLowerCase() : undefined;
  return {
    header: header === undefined ? ["authorization", `Bearer ${value}`] : [header, value],
    ...scope,
    hidden: [value],
  };
}

/**
 * The part of a pair that must be hidden even when it appears alone: the password, or the user when the password is
 * short, because many APIs take a key as the user with an empty or fixed password. A short part occurs in any text.
 */
function hiddenParts(pair: string): string[] {
  const colon = pair.indexOf(":");
  const [user, password] = [pair.slice(0, colon), pair.slice(colon + 1)];
  const parts = FIXED_PASSWORDS.has(password) ? [user] : [password, user];
  return parts.filter(({ length }) => length >= MIN_LENGTH).slice(0, 1);
}

/** Fixed passwords of APIs that take a token as the user: GitHub, Toggl and others. */
const FIXED_PASSWORDS: ReadonlySet<string> = new Set(["x-oauth-basic", "api_token"]);

function parsed(text: string): JsonObject {
  try {
    const secret = parseJson(text);
    if (isJsonObject(secret)) return secret;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  throw new SecretFormatError(
    'the secret must be a JSON object: { "origins": [...], "value": ... }',
  );
}

function basicPair(secret: JsonObject, key: string | undefined): string {
  const pair =
    key === undefined && secret[DEFAULT_KEY] === undefined
      ? `${textIn(secret, "username")}:${textIn(secret, "password")}`
      : fieldOf(secret, key ?? DEFAULT_KEY);
  if (pair.includes(":")) return pair;
  throw new SecretFormatError("the secret's value must be USER:PASSWORD");
}

function fieldOf(secret: JsonObject, name: string): string {
  const value = textIn(secret, name);
  if (value !== "") return value;
  throw new SecretFormatError(`the secret's field ${name} is empty`);
}

function textIn(secret: JsonObject, name: string): string {
  const value = Object.hasOwn(secret, name) ? secret[name] : undefined;
  if (typeof value === "string") return value;
  throw new SecretFormatError(`the secret has no field ${name} that is a string`);
}

function ofSensibleLength(value: string): string {
  if (value.length >= MIN_LENGTH && value.length <= MAX_SECRET_CHARACTERS) return value;
  throw new SecretFormatError(
    `the secret must have ${MIN_LENGTH} to ${MAX_SECRET_CHARACTERS} characters`,
  );
}
