import { onceLoaded } from "../once-loaded.ts";
import type { SecretReference } from "./secret-reference.ts";

/** Where secrets are read from. */
export interface SecretStore {
  /**
   * Reads a secret's text.
   *
   * @param fresh ignores the cache
   * @throws when the secret cannot be read
   */
  read(reference: SecretReference, fresh: boolean): Promise<string>;
}

/** Secrets Manager and Parameter Store. */
export interface AwsSecretStore extends SecretStore {
  /**
   * Reads parameters of Parameter Store that are not secrets, in one call and without the cache.
   *
   * @returns the values by name
   * @throws when one of them cannot be read
   */
  readonly readParameters: (names: readonly string[]) => Promise<Readonly<Record<string, string>>>;
}

/** How long a secret is cached, in seconds. */
const MAX_AGE_SECONDS = 300;

/**
 * Secrets Manager and Parameter Store, through Powertools' parameters, which caches. The AWS clients are loaded when
 * the first secret is read, because most polls need none.
 */
export function awsSecretStore(): AwsSecretStore {
  const loaded = onceLoaded(async () => {
    const { createSecretProviders } = await import("./aws-secrets-sdk.ts");
    return createSecretProviders();
  });
  return {
    async read({ store, name }, fresh) {
      const { secrets, parameters } = await loaded();
      const options = { maxAge: MAX_AGE_SECONDS, forceFetch: fresh };
      const text =
        store === "secretsmanager"
          ? await secrets.get(name, options)
          : await parameters.get(name, { ...options, decrypt: true });
      if (typeof text === "string") return text;
      throw new TypeError("the secret is binary, but it must be a JSON object");
    },
    async readParameters(names) {
      const { parameters } = await loaded();
      const asked = Object.fromEntries(names.map((name) => [name, {}]));
      // For this call, Powertools takes 0 for "as long as by default".
      const values = await parameters.getParametersByName(asked, { maxAge: -1 });
      return Object.fromEntries(names.map((name) => [name, String(values[name] ?? "")]));
    },
  };
}
