import { once } from "node:events";
import type { Server } from "node:http";

/** Where to listen. */
export interface Port {
  /** 0 for a free one. */
  readonly port: number;
  /** Whether to take a free one instead when it is taken. */
  readonly orFree: boolean;
}

/**
 * Makes a server listen on loopback.
 *
 * @param what the name of the server in errors
 * @param where a port that must be free, 0 for a free one, or a port for which a free one may be taken instead
 * @returns its origin, `http://127.0.0.1:PORT`
 * @throws when the port is taken
 */
export async function listenOnLoopback(
  server: Server,
  what: string,
  where: number | Port = 0,
): Promise<string> {
  const { port, orFree } = typeof where === "number" ? { port: where, orFree: false } : where;
  await listen(server, port).catch(async (cause: unknown) => {
    if (orFree && isTaken(cause)) return listen(server, 0);
    throw new Error(`${what} cannot listen on 127.0.0.1:${port}; choose another port.`, { cause });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening on TCP.");
  return `http://127.0.0.1:${address.port}`;
}

/** Closes a server, and the connections that are open. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
