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

/** What a secret gives to the requests that it may go into. */
export interface Credential extends SecretScope {
  readonly header: readonly [name: string, value: string];
  /** What of it must be seen nowhere. */
  readonly hidden: readonly string[];
}

/** What is shorter is found by chance in any text, and could not be taken out of a response. */
const MIN_LENGTH = 8;

/** The field that is used where the message names none. */
const DEFAULT_KEY = "value";

/**
 * Makes a credential of a secret's text: a JSON object with where it may go (see {@link scopeOf}), and its value,
 *
 *     { "origins": ["https://api.example.com"], "value": "..." }
 *
 * for `basic` either `"USER:PASSWORD"` as its value, or the fields `username` and `password`, of which one may be empty.
 *
 * @throws {SecretFormatError} when it is no such object, names no origin, or cannot stand in a header
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
    throw new SecretFormatError("the secret's value cannot stand in a header: a line break in it?");
  }
  const header = as.startsWith("header:") ? as.slice("header:".length).toLowerCase() : undefined;
  return {
    header: header === undefined ? ["authorization", `Bearer ${value}`] : [header, value],
    ...scope,
    hidden: [value],
  };
}

/**
 * What of a pair says too much alone: its password, or, where that is short, its user: many APIs take their key as the
 * user, beside an empty or fixed password. What is shorter stands in any text.
 */
function hiddenParts(pair: string): string[] {
  const colon = pair.indexOf(":");
  const [user, password] = [pair.slice(0, colon), pair.slice(colon + 1)];
  return [password, user].filter(({ length }) => length >= MIN_LENGTH).slice(0, 1);
}

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
  throw new SecretFormatError(`the secret has no field ${name} with a text`);
}

function ofSensibleLength(value: string): string {
  if (value.length >= MIN_LENGTH && value.length <= MAX_SECRET_CHARACTERS) return value;
  throw new SecretFormatError(
    `the secret must have ${MIN_LENGTH} to ${MAX_SECRET_CHARACTERS} characters`,
  );
}
