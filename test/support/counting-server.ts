import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on loopback that counts connections and requests. */
export interface CountingServer {
  readonly url: string;
  readonly port: number;
  /** The number of connections so far. */
  readonly connections: number;
  /** The number of requests so far. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts a server that answers with `answer`. */
export async function startCountingServer(answer: http.RequestListener): Promise<CountingServer> {
  let connections = 0;
  let requests = 0;
  const server = http.createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get connections() {
      return connections;
    },
    get requests() {
      return requests;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Runs `use` with a server, which is then closed. */
export async function withCountingServer<T>(
  answer: http.RequestListener,
  use: (server: CountingServer) => Promise<T>,
): Promise<T> {
  const server = await startCountingServer(answer);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}
