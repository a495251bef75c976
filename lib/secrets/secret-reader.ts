import type { SecretReference } from "./secret-reference.ts";
import type { SecretStore } from "./secret-store.ts";

/** Reads secrets for the requests of many polls at once. */
export interface SecretReader {
  /** Reads a secret. Calls at the same time share one read. */
  read(reference: SecretReference): Promise<string>;
  /**
   * Reads a secret again after a server refused its value: it may have been rotated.
   *
   * @returns the new value, or `undefined` when the value has not changed
   */
  readAfterRefusal(reference: SecretReference, refused: string): Promise<string | undefined>;
}

/**
 * After a second read found no new value, the secret is not read again for this long, in ms: the 401 may be permanent.
 */
const REFUSED_FOR_MS = 5000;

/**
 * Makes a reader.
 *
 * @param now the clock, in epoch ms. `@default` Date.now
 */
export function createSecretReader(store: SecretStore, now: () => number = Date.now): SecretReader {
  const underWay = new Map<string, Promise<string>>();
  const refusedUntil = new Map<string, number>();

  const shared = (reference: SecretReference, fresh: boolean): Promise<string> => {
    const key = `${fresh} ${reference.store}:${reference.name}`;
    const reading =
      underWay.get(key) ?? store.read(reference, fresh).finally(() => underWay.delete(key));
    underWay.set(key, reading);
    return reading;
  };

  return {
    read: (reference) => shared(reference, false),
    async readAfterRefusal(reference, refused) {
      const cached = await shared(reference, false);
      if (cached !== refused) return cached;
      const key = `${reference.store}:${reference.name}`;
      if ((refusedUntil.get(key) ?? 0) > now()) return undefined;
      const fresh = await shared(reference, true);
      if (fresh !== refused) return fresh;
      refusedUntil.set(key, now() + REFUSED_FOR_MS);
      return undefined;
    },
  };
}
