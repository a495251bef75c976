import { closeSync, openSync } from "node:fs";
import net from "node:net";
import { devNull } from "node:os";

/** The answer to a request that was not made: by then other requests have given back what there was too little of. */
export const NOT_MADE = { kind: "aborted", delaySeconds: 5 } as const;

/** What this process or machine has too few of: file descriptors, ports, buffers. */
const SHORTAGES: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/**
 * Tells whether a request failed for want of something on this side, which says nothing of the server.
 *
 * EADDRNOTAVAIL is no port being left where an IPv4 address was dialled; with IPv6 it is a machine that has none.
 */
export function isLocalShortage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isLocalShortage);
  if (!(error instanceof Error)) return false;
  if (error.cause !== undefined && isLocalShortage(error.cause)) return true;
  const code = "code" in error ? error.code : undefined;
  if (SHORTAGES.has(code)) return true;
  return code === "EADDRNOTAVAIL" && "address" in error && net.isIPv4(String(error.address));
}

/** Finds out whether this process gets no file descriptor now; `undefined`: it does. */
export function descriptorShortage(): Error | undefined {
  try {
    closeSync(openSync(devNull, "r"));
    return undefined;
  } catch (error) {
    return error instanceof Error && isLocalShortage(error) ? error : undefined;
  }
}
