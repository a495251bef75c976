import type { GuardOptions } from "../../../../lib/http/address-guard.ts";

/** A message's request, and whether it may reach its address. */
export interface ReachCase {
  readonly name: string;
  readonly url: string;
  /** Whether the request must arrive. If not, only an innocent address may be dialled. */
  readonly works: boolean;
  readonly guard?: GuardOptions;
  /** The name server's answers for the URL's host, one per lookup. The last one is repeated. */
  readonly answers?: readonly (readonly string[])[];
  /** How many requests the poll makes, each on a new connection. `@default` 1 */
  readonly requests?: number;
}

/** Public addresses that may be dialled: the cases' own servers have them. */
export const INNOCENT = ["93.184.216.34", "2606:2800:220:1::1"] as const;

/** The form of an address in a URL: IPv6 in brackets. */
export const inUrl = (address: string): string =>
  address.includes(":") ? `[${address}]` : address;

/** A URL of the innocent server that redirects to a target in `times` steps. */
export function redirecting(target: string, times = 1): string {
  const next = times === 1 ? target : redirecting(target, times - 1);
  return `http://${INNOCENT[0]}/redirect?${encodeURIComponent(next)}`;
}

/** No server listens on this port at any address, so that a client tries the next address. */
export const CLOSED_PORT = 5555;
