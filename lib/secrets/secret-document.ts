import { isJsonObject, JsonError, type JsonObject, parseJson } from "../json/json.ts";
import { MAX_SECRET_CHARACTERS } from "../limits.ts";
import { SecretFormatError } from "./secret-format-error.ts";

/** A shorter value occurs by chance in any text, so it could not be removed from a response. */
export const MIN_SECRET_CHARACTERS = 8;

/**
 * Parses a secret's text.
 *
 * @throws {SecretFormatError} when it is not a JSON object
 */
export function parseSecret(text: string): JsonObject {
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

/**
 * The text in a field of a secret.
 *
 * @throws {SecretFormatError} when there is none, or it is empty
 */
export function fieldOf(secret: JsonObject, name: string): string {
  const value = textIn(secret, name);
  if (value !== "") return value;
  throw new SecretFormatError(`the secret's field ${name} is empty`);
}

/**
 * The text in a field of a secret, which may be empty.
 *
 * @throws {SecretFormatError} when there is none
 */
export function textIn(secret: JsonObject, name: string): string {
  const value = Object.hasOwn(secret, name) ? secret[name] : undefined;
  if (typeof value === "string") return value;
  throw new SecretFormatError(`the secret has no field ${name} that is a string`);
}

/**
 * Returns a value that is long enough to be found in answers, and short enough to be sent.
 *
 * @param name what it is, for the error. `@default` the secret
 * @throws {SecretFormatError} when it is not
 */
export function ofSensibleLength(value: string, name = "the secret"): string {
  if (value.length >= MIN_SECRET_CHARACTERS && value.length <= MAX_SECRET_CHARACTERS) return value;
  throw new SecretFormatError(
    `${name} must have ${MIN_SECRET_CHARACTERS} to ${MAX_SECRET_CHARACTERS} characters`,
  );
}
