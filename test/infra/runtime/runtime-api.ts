import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { SQSEvent } from "aws-lambda";

/** A runtime's report of an invocation, or of its start. */
export interface RuntimeReport {
  readonly kind: "response" | "invocation error" | "init error";
  readonly body: unknown;
}

/** Lambda's side of the runtime API (developer guide, "Using the Lambda runtime API"), on loopback. */
export interface RuntimeApi extends AsyncDisposable {
  /** AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Gives the event to the runtime when it asks for the next one, and returns the runtime's report. */
  invoke(event: SQSEvent): Promise<RuntimeReport>;
  /** The runtime's report when it cannot start. */
  readonly initError: Promise<RuntimeReport>;
}

const PREFIX = "/2018-06-01/runtime/";

/** Starts the API. @param timeoutMs the function's timeout */
export async function startRuntimeApi(timeoutMs: number): Promise<RuntimeApi> {
  const events: SQSEvent[] = [];
  const invocations: PromiseWithResolvers<RuntimeReport>[] = [];
  const initError = Promise.withResolvers<RuntimeReport>();
  let waiting: http.ServerResponse | undefined;
  let handedOver = 0;

  const handOver = () => {
    const event = waiting && events.shift();
    if (waiting === undefined || event === undefined) return;
    waiting.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": String(handedOver++),
      "lambda-runtime-deadline-ms": String(Date.now() + timeoutMs),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:000000000000:function:f",
    });
    waiting.end(JSON.stringify(event));
    waiting = undefined;
  };

  const server = http.createServer(async (request, response) => {
    const path = request.url?.replace(PREFIX, "") ?? "";
    if (path === "invocation/next") {
      waiting = response;
      return handOver();
    }
    const body = await json(request);
    const [, id = "", what] = /^invocation\/(\d+)\/(response|error)$/.exec(path) ?? [];
    if (what === "response") invocations[Number(id)]?.resolve({ kind: "response", body });
    else if (what === "error") invocations[Number(id)]?.resolve({ kind: "invocation error", body });
    else if (path === "init/error") initError.resolve({ kind: "init error", body });
    response.writeHead(202).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke(event) {
      const reported = Promise.withResolvers<RuntimeReport>();
      events.push(event);
      invocations.push(reported);
      handOver();
      return reported.promise;
    },
    initError: initError.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
