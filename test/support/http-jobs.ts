import { once } from "node:events";
import http from "node:http";
import { setTimeout as after } from "node:timers/promises";

/** A job API on loopback that answers by path and records its requests. */
export interface HttpJobs {
  readonly url: string;
  /** The requests, in order. */
  readonly requests: { readonly path: string; readonly headers: http.IncomingHttpHeaders }[];
  /** The largest number of requests at once. */
  readonly mostAtOnce: number;
  countOf(path: string): number;
  close(): Promise<void>;
}

/** The answer of a path to its nth request, counted from 1. */
export type Answer = (nth: number) => {
  readonly status: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: unknown;
  readonly delayMs?: number;
};

/** Starts a job API. Other paths answer with 404. */
export async function startHttpJobs(answers: Readonly<Record<string, Answer>>): Promise<HttpJobs> {
  const requests: HttpJobs["requests"] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  const server = http.createServer(async (request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    requests.push({ path, headers: request.headers });
    underWay++;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.once("close", () => underWay--);
    const answer = answers[path]?.(requests.filter((of) => of.path === path).length);
    const { status, headers, body, delayMs = 0 } = answer ?? { status: 404 };
    if (delayMs > 0) await after(delayMs);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was bound");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    countOf: (path) => requests.filter((of) => of.path === path).length,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
