import { isToken, newToken } from "./token.ts";

/**
 * Opens the page once without the token: other users of the machine can see the command line of a browser. On Linux
 * they cannot use it; elsewhere the browser must be first.
 */
export interface Tickets {
  /** A new ticket. The one before is no longer valid. */
  issue(): string;
  /** Whether the ticket is valid. It is not valid again. */
  take(ticket: string | null): boolean;
}

const VALID_FOR_MS = 60_000;

/** @param now in epoch ms */
export function createTickets(now: () => number): Tickets {
  let open: { readonly ticket: string; readonly until: number } | undefined;
  return {
    issue() {
      const ticket = newToken();
      open = { ticket, until: now() + VALID_FOR_MS };
      return ticket;
    },
    take(ticket) {
      if (open === undefined || now() > open.until || !isToken(ticket, open.ticket)) return false;
      open = undefined;
      return true;
    },
  };
}
