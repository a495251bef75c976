import { closeSync, openSync } from "node:fs";
import net from "node:net";
import { devNull } from "node:os";

/** The result of a request that was not sent. After the delay, other requests have freed the missing resource. */
export const NOT_MADE = { kind: "aborted", delaySeconds: 5 } as const;

/** Errors for a lack of file descriptors, ports, buffers or memory on this machine. */
const SHORTAGES: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/**
 * Whether a request failed because this machine lacks a resource, which says nothing about the server.
 *
 * EADDRNOTAVAIL means that no port is left when the address is IPv4; with IPv6 it means that the machine has no IPv6.
 */
export function isLocalShortage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isLocalShortage);
  if (!(error instanceof Error)) return false;
  if (error.cause !== undefined && isLocalShortage(error.cause)) return true;
  const code = "code" in error ? error.code : undefined;
  if (SHORTAGES.has(code)) return true;
  return code === "EADDRNOTAVAIL" && "address" in error && net.isIPv4(String(error.address));
}

/** Tries to open a file descriptor. Returns the error when none is left, `undefined` otherwise. */
export function descriptorShortage(): Error | undefined {
  try {
    closeSync(openSync(devNull, "r"));
    return undefined;
  } catch (error) {
    return error instanceof Error && isLocalShortage(error) ? error : undefined;
  }
}
