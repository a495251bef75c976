import type { GuardOptions } from "../../../../lib/http/address-guard.ts";

/** One message's way into the network, and whether it may get there. */
export interface ReachCase {
  readonly name: string;
  readonly url: string;
  /** Whether the request must arrive; otherwise nothing but an innocent address may be dialled. */
  readonly works: boolean;
  readonly guard?: GuardOptions;
  /** What the name server answers for the URL's host: at the first lookup, at the second; the last one stays. */
  readonly answers?: readonly (readonly string[])[];
  /** How often the poll asks, each time on a new connection. `@default` 1 */
  readonly requests?: number;
}

/** Public addresses that are anybody's to dial, where the cases' own servers stand. */
export const INNOCENT = ["93.184.216.34", "2606:2800:220:1::1"] as const;

/** Brackets for an IPv6 address, as a URL has them. */
export const inUrl = (address: string): string =>
  address.includes(":") ? `[${address}]` : address;

/** A URL of the innocent server that redirects to a target, after so many redirects. */
export function redirecting(target: string, times = 1): string {
  const next = times === 1 ? target : redirecting(target, times - 1);
  return `http://${INNOCENT[0]}/redirect?${encodeURIComponent(next)}`;
}

/** Nobody listens here, at any address: a client goes on to the next one. */
export const CLOSED_PORT = 5555;
