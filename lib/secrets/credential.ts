import { RefusalError } from "../http/refusal.ts";
import { isJsonObject, JsonError, type JsonObject, parseJson } from "../json.ts";

/** How a secret goes into a request. */
export interface CredentialForm {
  /** The field of the secret that is used. */
  readonly key: string | undefined;
  /** `bearer`, `basic` or `header:NAME`. */
  readonly as: string;
}

/** What a secret gives to a request. */
export interface Credential {
  readonly header: readonly [name: string, value: string];
  /** The only origins that it may be sent to. */
  readonly origins: readonly string[];
  /** What of it must be seen nowhere. */
  readonly hidden: readonly string[];
}

/** A secret is not written as it must be. Says nothing of its value. */
export class SecretFormatError extends RefusalError {
  override readonly name = "SecretFormatError";
}

/** What is shorter is found by chance in any text, and could not be taken out of a response. */
const MIN_LENGTH = 8;

/** Tokens of a few thousand characters are common; servers take no more than 8 KiB in a header. */
const MAX_LENGTH = 4096;

/** The field that is used where the message names none. */
const DEFAULT_KEY = "value";

/**
 * Makes a credential of a secret's text: a JSON object with the origins that it may be sent to, and its value,
 *
 *     { "origins": ["https://api.example.com"], "value": "..." }
 *
 * for `basic` either `"USER:PASSWORD"` as its value, or the fields `username` and `password`. Origins can stand in
 * one string as well, separated by spaces: the console edits no lists.
 *
 * @throws {SecretFormatError} when it is no such object, names no origin, or cannot stand in a header
 */
export function credentialOf(text: string, { key, as }: CredentialForm): Credential {
  const secret = parsed(text);
  const origins = originsOf(secret.origins);
  if (as === "basic") {
    const pair = basicPair(secret, key);
    const encoded = Buffer.from(pair).toString("base64");
    const password = pair.slice(pair.indexOf(":") + 1);
    const hidden = [encoded, ...[pair, password].map(ofSensibleLength)];
    return { header: ["authorization", `Basic ${encoded}`], origins, hidden };
  }
  const value = ofSensibleLength(fieldOf(secret, key ?? DEFAULT_KEY));
  if (!/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    throw new SecretFormatError("the secret's value cannot stand in a header: a line break in it?");
  }
  const header = as.startsWith("header:") ? as.slice("header:".length).toLowerCase() : undefined;
  return {
    header: header === undefined ? ["authorization", `Bearer ${value}`] : [header, value],
    origins,
    hidden: [value],
  };
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

function originsOf(field: unknown): string[] {
  const listed = typeof field === "string" ? field.split(/[\s,]+/).filter(Boolean) : field;
  if (!Array.isArray(listed) || listed.length === 0) {
    throw new SecretFormatError("the secret names no origins that it may be sent to");
  }
  return listed.map((each) => {
    const url = typeof each === "string" ? URL.parse(each) : null;
    const isOrigin = url !== null && each.replace(/\/$/, "").toLowerCase() === url.origin;
    if (isOrigin && /^https?:$/.test(url.protocol)) return url.origin;
    throw new SecretFormatError("the secret's origins must be like https://api.example.com");
  });
}

function basicPair(secret: JsonObject, key: string | undefined): string {
  const pair =
    key === undefined && secret[DEFAULT_KEY] === undefined
      ? `${fieldOf(secret, "username")}:${fieldOf(secret, "password")}`
      : fieldOf(secret, key ?? DEFAULT_KEY);
  if (pair.includes(":")) return pair;
  throw new SecretFormatError("the secret's value must be USER:PASSWORD");
}

function fieldOf(secret: JsonObject, name: string): string {
  const value = Object.hasOwn(secret, name) ? secret[name] : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new SecretFormatError(`the secret has no field ${name} with a text`);
}

function ofSensibleLength(value: string): string {
  if (value.length >= MIN_LENGTH && value.length <= MAX_LENGTH) return value;
  throw new SecretFormatError(`the secret must have ${MIN_LENGTH} to ${MAX_LENGTH} characters`);
}
