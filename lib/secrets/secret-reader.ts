import type { SecretReference } from "./secret-reference.ts";
import type { SecretStore } from "./secret-store.ts";

/** Reads secrets for the requests of many polls at once. */
export interface SecretReader {
  /** Reads a secret, once for all that ask for it at the same time. */
  read(reference: SecretReference): Promise<string>;
  /**
   * Reads a secret anew, for a server that refused what it is: it may have been rotated.
   *
   * @returns `undefined` when it still is what was refused
   */
  readAfterRefusal(reference: SecretReference, refused: string): Promise<string | undefined>;
}

/** A secret that was read anew for nothing is not read anew again for this long, in ms: 401 may be for good. */
const REFUSED_FOR_MS = 5000;

/** @param now the clock, in epoch ms. `@default` Date.now */
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
