import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the server saw of a call. */
export interface SeenCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer of the server; `undefined` breaks the connection off. */
export type ServerAnswer =
  | {
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | undefined;

/** A server on loopback that answers whatever it is asked. */
export interface AnsweringServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly calls: SeenCall[];
}

/** Starts a server that gives these answers in turn, and the last one from then on. A function answers by the call. */
export async function startAnswering(
  answers: readonly (ServerAnswer | ((call: SeenCall) => ServerAnswer))[],
): Promise<AnsweringServer> {
  const left = [...answers];
  const calls: SeenCall[] = [];
  const server = http.createServer(async (request, response) => {
    const seen = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    const call = {
      path: request.url ?? "",
      headers: Object.fromEntries(seen),
      body: await text(request),
    };
    calls.push(call);
    const next = left.length > 1 ? left.shift() : left[0];
    const answer = typeof next === "function" ? next(call) : next;
    if (answer === undefined) return request.socket.destroy();
    const { status, body, headers } = answer;
    return response.writeHead(status, headers).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    calls,
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}
