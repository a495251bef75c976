import type { RequestListener } from "node:http";
import { messageOf } from "../../../lib/message-of.ts";
import { refusalOf } from "./loopback-only.ts";

/** A path of the local stack itself: no service of AWS has it. */
export interface StackPath {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** What it answers, as JSON; `undefined` while the stack is starting. */
  readonly answer: (query: URLSearchParams) => unknown;
}

/** Answers the requests of programs of this machine to one path, and passes all requests to other paths on. */
export function withStackPath(
  { method, path, answer }: StackPath,
  others: RequestListener,
): RequestListener {
  return (request, response) => {
    const url = URL.parse(request.url ?? "", "http://127.0.0.1");
    if (request.method !== method || url?.pathname !== path) {
      others(request, response);
      return;
    }
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      response.writeHead(403, { "content-type": "text/plain" }).end(refusal);
      return;
    }
    try {
      const said = answer(url.searchParams);
      response.writeHead(said === undefined ? 503 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(said ?? "The stack is still starting: ask again."));
    } catch (error) {
      // What the answer has changed could not be written.
      response.writeHead(500, { "content-type": "text/plain" }).end(messageOf(error));
    }
  };
}
