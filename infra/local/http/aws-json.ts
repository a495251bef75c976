import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { messageOf } from "../../../lib/message-of.ts";
import { refusalOf } from "./loopback-only.ts";
import { readBody } from "./read-body.ts";

const CONTENT_TYPE = "application/x-amz-json-1.0";

/** The errors of a request that are found before any action runs. */
export type ProtocolErrorCode =
  | "AccessDeniedException"
  | "SerializationException"
  | "UnknownOperationException";

export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ErrorResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: { readonly __type: string; readonly message: string; readonly Item?: unknown };
}

/** A service with the protocol AWS JSON 1.0. */
export interface AwsJsonService {
  /** The part of the header X-Amz-Target before the action's name: `AmazonSQS`. */
  readonly targetPrefix: string;
  /** Describes the protocol in the error for a request without an action. */
  readonly protocolHint: string;
  readonly actions: ReadonlyMap<string, (input: unknown, response: ServerResponse) => unknown>;
  /** The response for an error that an action threw, or a {@link ProtocolError}. */
  readonly errorResponse: (error: unknown) => ErrorResponse;
  /** In bytes. */
  readonly maxBodyBytes: number;
}

/** Answers requests from programs of this machine with the actions of a service. */
export function awsJsonHandler(service: AwsJsonService): RequestListener {
  return (request, response) => {
    answer(service, request, response).then(
      (body) => reply(response, { status: 200, body }),
      (error: unknown) => {
        request.resume();
        reply(response, service.errorResponse(error));
      },
    );
  };
}

async function answer(
  service: AwsJsonService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<unknown> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) throw new ProtocolError("AccessDeniedException", refusal);
  const action = actionFor(service, request);
  const { maxBodyBytes } = service;
  const body = await readBody(request, maxBodyBytes);
  if (body !== undefined) return action(parseJson(body), response);
  const problem = `The request's body is longer than ${maxBodyBytes} bytes.`;
  throw new ProtocolError("SerializationException", problem);
}

function actionFor(
  { targetPrefix, actions, protocolHint }: AwsJsonService,
  request: IncomingMessage,
) {
  const target = request.headers["x-amz-target"];
  const prefix = `${targetPrefix}.`;
  const name =
    typeof target === "string" && target.startsWith(prefix) ? target.slice(prefix.length) : "";
  const action = request.method === "POST" ? actions.get(name) : undefined;
  if (action !== undefined) return action;
  throw new ProtocolError(
    "UnknownOperationException",
    name === ""
      ? `No action named: ${protocolHint}`
      : `Unknown action ${name}: it is not one of ${[...actions.keys()].sort().join(", ")}.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProtocolError(
      "SerializationException",
      `The request's body is not JSON: ${messageOf(error)}.`,
    );
  }
}

interface Reply extends Omit<ErrorResponse, "body"> {
  readonly body: unknown;
}

function reply(response: ServerResponse, { status, headers, body }: Reply): void {
  // A text, because Node writes it together with the head: bytes would be a second piece.
  const json = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    "content-type": CONTENT_TYPE,
    "content-length": Buffer.byteLength(json),
    "x-amzn-requestid": randomUUID(),
  });
  response.end(json);
}
