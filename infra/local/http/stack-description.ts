import type { RequestListener } from "node:http";
import { LOCAL_STACK_PATH, type LocalStackDescription } from "../../../lib/client/local-stack.ts";
import { refusalOf } from "./loopback-only.ts";

/**
 * Answers `GET /stack` with the description of the stack, so that commands find all of it by one port, and passes all
 * other requests on.
 *
 * @param describe `undefined` while the stack is starting
 */
export function withDescription(
  describe: () => LocalStackDescription | undefined,
  others: RequestListener,
): RequestListener {
  return (request, response) => {
    if (request.method !== "GET" || request.url !== LOCAL_STACK_PATH) {
      others(request, response);
      return;
    }
    const refusal = refusalOf(request);
    const description = describe();
    const said = refusal ?? description ?? "The stack is still starting: ask again.";
    const status = refusal !== undefined ? 403 : description === undefined ? 503 : 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(said));
  };
}
