import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import type { Conversation } from "./conversations.ts";
import { type PlayedServer, playServer } from "./played-server.ts";
import { textOf } from "./replay.ts";

/** The servers of one conversation, over HTTP on loopback. */
export interface PlayedHttpServer extends PlayedServer, AsyncDisposable {}

export async function startPlayedServer(conversation: Conversation): Promise<PlayedHttpServer> {
  const servers = [http.createServer(), http.createServer()];
  const [origin = "", origin2 = ""] = await Promise.all(servers.map(listen));
  const played = playServer(conversation, origin, origin2);
  for (const [index, server] of servers.entries()) {
    server.on("request", async (request, response) => {
      const { method = "", url = "", headers } = request;
      const sent = await text(request);
      const {
        status,
        headers: answered,
        body,
      } = played.answer({
        method,
        url: `${[origin, origin2][index]}${url}`,
        headers,
        ...(sent !== "" && { body: JSON.parse(sent) }),
      });
      response.writeHead(status, { "content-type": "application/json", ...answered });
      response.end(textOf(body));
    });
  }
  return {
    ...played,
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function listen(server: http.Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was bound");
  return `http://127.0.0.1:${address.port}`;
}
