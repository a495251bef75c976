import { escapePattern } from "./escape-pattern.ts";

/** Where a secret stands; the value is never in a message. */
export interface SecretReference {
  readonly store: "secretsmanager" | "ssm";
  /** Its name in its store; Parameter Store's begins with a slash. */
  readonly name: string;
  /** The field of the secret that is used. */
  readonly key: string | undefined;
}

/** `secretsmanager:NAME` or `ssm:/name`, both with `#key` where the value stands in a field of another name. */
export const SECRET_REFERENCE =
  /^(?:secretsmanager:[\w/+=.@!:-]{1,512}|ssm:\/[\w./-]{1,1010})(?:#[\w.-]{1,128})?$/;

/**
 * Reads a reference to a secret.
 *
 * @throws {TypeError} when it is none
 */
export function parseSecretReference(text: string): SecretReference {
  const [, store, name, key] = /^(secretsmanager|ssm):([^#]+)(?:#(.+))?$/.exec(text) ?? [];
  if ((store !== "secretsmanager" && store !== "ssm") || name === undefined) {
    throw new TypeError("a secret must be secretsmanager:NAME or ssm:/name");
  }
  return { store, name, key };
}

/** Tells whether one of the patterns, in which `*` stands for anything, means a secret by its store and name. */
export function isSecretAllowed(
  { store, name }: SecretReference,
  patterns: readonly string[],
): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map(escapePattern);
    return new RegExp(`^${parts.join(".*")}$`).test(`${store}:${name}`);
  });
}
