import { escapePattern } from "./escape-pattern.ts";

/** Where a secret is stored. Messages carry references, never values. */
export interface SecretReference {
  readonly store: "secretsmanager" | "ssm";
  /** The secret's name in its store. In Parameter Store it begins with a slash. */
  readonly name: string;
  /** The field of the secret that is used. */
  readonly key: string | undefined;
}

/** `secretsmanager:NAME` or `ssm:/name`. Both take `#key` when the value is in another field than the default one. */
export const SECRET_REFERENCE =
  /^(?:secretsmanager:[\w/+=.@!:-]{1,512}|ssm:\/[\w./-]{1,1010})(?:#[\w.-]{1,128})?$/;

/**
 * Parses a reference to a secret.
 *
 * @throws {TypeError} when the text is not a reference
 */
export function parseSecretReference(text: string): SecretReference {
  const [, store, name, key] = /^(secretsmanager|ssm):([^#]+)(?:#(.+))?$/.exec(text) ?? [];
  if ((store !== "secretsmanager" && store !== "ssm") || name === undefined) {
    throw new TypeError("a secret must be secretsmanager:NAME or ssm:/name");
  }
  return { store, name, key };
}

/** Whether one of the patterns matches a secret's store and name. `*` matches any text. */
export function isSecretAllowed(
  { store, name }: SecretReference,
  patterns: readonly string[],
): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map(escapePattern);
    return new RegExp(`^${parts.join(".*")}$`).test(`${store}:${name}`);
  });
}
