import { once } from "node:events";
import type { Server } from "node:http";

/**
 * Makes a server listen on loopback.
 *
 * @param what the name of the server in errors
 * @param port 0 for a free port
 * @returns its origin, `http://127.0.0.1:PORT`
 * @throws when the port is taken
 */
export async function listenOnLoopback(server: Server, what: string, port = 0): Promise<string> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((cause: unknown) => {
    throw new Error(`${what} cannot listen on 127.0.0.1:${port}; choose another port.`, { cause });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening on TCP.");
  return `http://127.0.0.1:${address.port}`;
}
