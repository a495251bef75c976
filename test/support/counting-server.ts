import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on loopback that answers as it is told, and counts. */
export interface CountingServer {
  readonly url: string;
  readonly port: number;
  /** How many connections were made to it. */
  readonly connections: number;
  /** How many requests it got. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts a server. */
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

/** Starts a server for what one test does with it. */
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
