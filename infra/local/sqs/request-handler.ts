import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Action, ActionContext } from "./action.ts";
import { errorResponse, ProtocolError } from "./error-response.ts";
import { messageActions } from "./message-actions.ts";
import { moveTaskActions } from "./move-task-actions.ts";
import { queueActions } from "./queue-actions.ts";

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({ ...messageActions, ...queueActions, ...moveTaskActions }),
);
const CONTENT_TYPE = "application/x-amz-json-1.0";
/** A batch of 1 MiB, with room for JSON's escapes and base64, so that SQS's own limit answers. */
const REQUEST_BODY_BYTES = 8 * 1_048_576;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Answers AWS JSON 1.0 requests with the actions of SQS. */
export function requestHandler(
  contextFor: (response: ServerResponse) => ActionContext,
): RequestListener {
  return (request, response) => {
    answer(request, () => contextFor(response)).then(
      (body) => reply(response, 200, {}, body),
      (error: unknown) => {
        request.resume();
        const { status, headers, body } = errorResponse(error);
        reply(response, status, headers, body);
      },
    );
  };
}

async function answer(request: IncomingMessage, context: () => ActionContext): Promise<unknown> {
  assertLoopbackHost(request.headers.host);
  const action = actionFor(request);
  const input = parseJson(await readBody(request));
  return action(input, context());
}

/** A page in a browser can make its own host name point here, but cannot change this header. */
function assertLoopbackHost(host = ""): void {
  if (LOOPBACK_HOST.test(host)) return;
  throw new ProtocolError(
    "AccessDeniedException",
    `Host '${host}' is not this machine's loopback: reach the local SQS as 127.0.0.1 or localhost.`,
  );
}

function actionFor(request: IncomingMessage): Action {
  const target = request.headers["x-amz-target"];
  const name = typeof target === "string" ? target.replace(/^AmazonSQS\./, "") : "";
  const action = request.method === "POST" ? ACTIONS.get(name) : undefined;
  if (action !== undefined) return action;
  throw new ProtocolError(
    "UnknownOperationException",
    name === ""
      ? "No action named: this server speaks SQS's AWS JSON 1.0 protocol, a POST with the header X-Amz-Target. AWS SDKs from 2023-11 on speak it."
      : `Unknown action ${name}: it is not one of ${[...ACTIONS.keys()].sort().join(", ")}.`,
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.byteLength;
    if (bytes > REQUEST_BODY_BYTES) {
      throw new ProtocolError(
        "SerializationException",
        `The request's body is longer than ${REQUEST_BODY_BYTES} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProtocolError(
      "SerializationException",
      `The request's body is not JSON: ${error instanceof Error ? error.message : error}.`,
    );
  }
}

function reply(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void {
  const json = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...headers,
    "content-type": CONTENT_TYPE,
    "content-length": json.byteLength,
    "x-amzn-requestid": randomUUID(),
  });
  response.end(json);
}
