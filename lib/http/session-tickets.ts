import type { Duplex } from "node:stream";
import tls from "node:tls";

/** A server sends a few tickets per connection: OpenSSL two, others up to four. */
const MAX_TICKETS = 16;

/**
 * Ends a TLS connection whose server floods it with session tickets: each ticket is parsed, and tens of thousands of
 * them would block the other requests.
 *
 * @param max the most tickets for one connection. `@default` 16
 */
export function limitSessionTickets(socket: Duplex, max: number = MAX_TICKETS): void {
  if (!(socket instanceof tls.TLSSocket)) return;
  let tickets = 0;
  socket.on("session", () => {
    if (++tickets > max) {
      socket.destroy(new Error(`the server sent more than ${max} TLS session tickets`));
    }
  });
}
