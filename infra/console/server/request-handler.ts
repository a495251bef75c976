import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ApiRoutes, findRoute } from "../api/api-call.ts";
import { ApiError, errorAnswer } from "./api-error.ts";
import { type End, openerOf } from "./connection-owner.ts";
import { readJsonBody } from "./json-body.ts";
import type { PageFile } from "./page-files.ts";
import { refusalOf } from "./request-guard.ts";
import { SECURITY_HEADERS } from "./response-headers.ts";
import type { Tickets } from "./tickets.ts";
import { isToken } from "./token.ts";

export interface RequestHandlerOptions {
  readonly token: string;
  readonly tickets: Tickets;
  /** By path. */
  readonly files: ReadonlyMap<string, PageFile>;
  readonly routes: ApiRoutes;
  /** The clock, in epoch ms. */
  readonly now: () => number;
  /** Sends events until the page closes the connection. */
  readonly joinEvents: (response: ServerResponse) => void;
}

const USE_ADDRESS = "open the page with the address that the command printed";

const REFUSED_OPENERS = {
  "other user": "this address is for the user who runs the command",
  unknown: "it is not known which user opens this address",
};

/** Serves the page to everybody on this machine, and the API to who has the token. */
export function createRequestHandler(options: RequestHandlerOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    answer(options, request, response).catch((error: unknown) => {
      request.resume();
      const { status, body } = errorAnswer(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, status, body, options.now());
    });
  };
}

async function answer(
  { token, tickets, files, routes, now, joinEvents }: RequestHandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", headers, socket } = request;
  const refusal = refusalOf(headers, socket.localPort ?? 0);
  if (refusal !== undefined) throw new ApiError(403, "ForbiddenError", refusal);
  const url = URL.parse(request.url ?? "", "http://127.0.0.1");
  if (url === null) throw new ApiError(400, "InvalidRequestError", "the path is not valid");
  const { pathname, searchParams: query } = url;
  if (pathname === "/open") {
    const opener = await openerOf(...endsOf(socket));
    if (opener !== "own user") {
      throw new ApiError(403, "NotOwnUserError", `${REFUSED_OPENERS[opener]}; ${USE_ADDRESS}`);
    }
    if (!tickets.take(query.get("ticket"))) {
      throw new ApiError(
        403,
        "UsedTicketError",
        `this address opens the page once; ${USE_ADDRESS}`,
      );
    }
    response.writeHead(303, { location: `/#token=${token}` }).end();
    return;
  }
  if (!pathname.startsWith("/api/")) {
    sendFile(files.get(pathname), method, response);
    return;
  }
  const isEvents = pathname === "/api/events";
  // A browser's EventSource cannot send headers.
  const given = isEvents ? query.get("token") : headers["x-console-token"];
  if (!isToken(given, token)) {
    throw new ApiError(401, "NoTokenError", USE_ADDRESS);
  }
  if (isEvents) {
    joinEvents(response);
    return;
  }
  const found = findRoute(routes, method, pathname);
  if (found === undefined) throw new ApiError(404, "NotFoundError", "there is no such path");
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const value = await found.route({
    id: found.id,
    query,
    signal: gone.signal,
    readBody: (schema) => readJsonBody(request, schema),
  });
  sendJson(response, 200, value, now());
}

function endsOf(socket: Socket): [from: End, to: End] {
  const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = socket;
  return [
    { address: remoteAddress, port: remotePort },
    { address: localAddress, port: localPort },
  ];
}

function sendFile(file: PageFile | undefined, method: string, response: ServerResponse): void {
  if (method !== "GET" && method !== "HEAD") {
    throw new ApiError(405, "MethodNotAllowedError", "files can only be read");
  }
  if (file === undefined) throw new ApiError(404, "NotFoundError", "there is no such file");
  response.writeHead(200, {
    "content-type": file.contentType,
    "content-length": file.bytes.byteLength,
  });
  response.end(method === "HEAD" ? undefined : file.bytes);
}

function sendJson(response: ServerResponse, status: number, value: unknown, now: number): void {
  const bytes = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.byteLength,
    // The browser may run on another machine, behind a tunnel, or have a wrong clock.
    "x-console-time": String(now),
  });
  response.end(bytes);
}
