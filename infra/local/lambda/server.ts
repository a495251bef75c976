import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as z from "zod/mini";
import { messageOf } from "../../../lib/message-of.ts";
import { closeServer, listenOnLoopback } from "../http/listen.ts";
import { refusalOf } from "../http/loopback-only.ts";
import { readBody } from "../http/read-body.ts";
import { isNameOf, mappingConfiguration, type NamedMapping } from "./mapping-configuration.ts";

/** The part of Lambda's API that pauses and resumes the function's event sources. */
export interface LambdaServer {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A request was refused, with Lambda's name for the reason. */
class LambdaError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const MAX_BODY_BYTES = 65_536;
const PATH = /^\/2015-03-31\/event-source-mappings\/?(?<uuid>[^/]*)$/;

const updateSchema = z.strictObject({
  Enabled: z.boolean("the local stack can only change Enabled"),
  FunctionName: z.optional(z.string()),
});

/** Serves ListEventSourceMappings, GetEventSourceMapping and UpdateEventSourceMapping on loopback, on a free port. */
export async function startLambdaServer(mappings: readonly NamedMapping[]): Promise<LambdaServer> {
  const server = createServer((request, response) => {
    answer(request, mappings).then(
      (body) => reply(response, 200, body),
      (error: unknown) => {
        request.resume();
        const { status, code } = error instanceof LambdaError ? error : SERVICE_ERROR;
        response.setHeader("x-amzn-errortype", code);
        reply(response, status, { Type: "User", Message: messageOf(error) });
      },
    );
  });
  const endpoint = await listenOnLoopback(server, "The local Lambda");
  return { endpoint, close: () => closeServer(server) };
}

const SERVICE_ERROR = { status: 500, code: "ServiceException" };

async function answer(
  request: IncomingMessage,
  mappings: readonly NamedMapping[],
): Promise<unknown> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) throw new LambdaError(403, "AccessDeniedException", refusal);
  const url = URL.parse(request.url ?? "", "http://127.0.0.1");
  const uuid = PATH.exec(url?.pathname ?? "")?.groups?.uuid;
  if (url !== null && uuid === "" && request.method === "GET") {
    return { EventSourceMappings: listed(mappings, url.searchParams).map(mappingConfiguration) };
  }
  if (uuid && (request.method === "GET" || request.method === "PUT")) {
    const found = mappings.find((mapping) => mapping.uuid === uuid);
    if (found === undefined) {
      const message = `The local stack has no event source mapping ${uuid}.`;
      throw new LambdaError(404, "ResourceNotFoundException", message);
    }
    if (request.method === "PUT") await found.setPaused(!(await enabledIn(request)));
    return mappingConfiguration(found);
  }
  const message = "the local stack lists, gets and updates event source mappings, nothing else.";
  throw new LambdaError(404, "UnknownOperationException", message);
}

function listed(mappings: readonly NamedMapping[], asked: URLSearchParams) {
  const functionName = asked.get("FunctionName");
  const eventSourceArn = asked.get("EventSourceArn");
  return mappings.filter(
    ({ functionArn, mapping }) =>
      (functionName === null || isNameOf(functionName, functionArn)) &&
      (eventSourceArn === null || mapping.queueArn === eventSourceArn),
  );
}

async function enabledIn(request: IncomingMessage): Promise<boolean> {
  const body = await readBody(request, MAX_BODY_BYTES);
  const parsed = body === undefined ? undefined : updateSchema.safeParse(jsonIn(body));
  if (parsed?.success) return parsed.data.Enabled;
  const problem = parsed?.error.issues[0]?.message ?? "the body is too long";
  throw new LambdaError(400, "InvalidParameterValueException", problem);
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}
