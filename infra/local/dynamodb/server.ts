import { createServer } from "node:http";
import { messageOf } from "../../../lib/message-of.ts";
import { awsJsonHandler, type ErrorResponse, ProtocolError } from "../http/aws-json.ts";
import { closeServer, listenOnLoopback } from "../http/listen.ts";
import { DynamoDbError } from "./dynamodb-error.ts";
import { itemActions } from "./item-actions.ts";
import { openTables } from "./kept-tables.ts";
import { readActions } from "./read-actions.ts";
import { Tables } from "./table.ts";
import { tableActions } from "./table-actions.ts";

/** A running DynamoDB on this machine, for any AWS SDK, with any credentials. */
export interface DynamoDbServer {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Aborts open requests, and closes. */
  close(): Promise<void>;
}

const ACTIONS = { ...tableActions, ...itemActions, ...readActions };
/** Amazon DynamoDB, "Service, account, and table quotas": a request has at most 16 MB. */
const MAX_BODY_BYTES = 16 * 1_048_576;

export interface DynamoDbServerOptions {
  /** The folder where tables and items survive a restart. @default in memory only */
  readonly dataDir?: string;
  /** The tables to serve, for tests that fill them directly. @default those of `dataDir`, or none */
  readonly tables?: Tables;
}

/**
 * Serves a small DynamoDB on loopback, on a free port. Items never expire: there is no TTL.
 *
 * @throws {Error} when `dataDir` cannot be written, is in use, or has a file that is not a snapshot of tables
 */
export async function startDynamoDbServer({
  dataDir,
  ...options
}: DynamoDbServerOptions = {}): Promise<DynamoDbServer> {
  const kept = dataDir === undefined ? undefined : await openTables(dataDir);
  const tables = options.tables ?? kept?.tables ?? new Tables();
  const actions = Object.entries(ACTIONS).map(
    ([name, action]) =>
      [
        name,
        (input: unknown) => {
          kept?.writeLeft();
          return action(input, tables);
        },
      ] as const,
  );
  const handler = awsJsonHandler({
    targetPrefix: "DynamoDB_20120810",
    protocolHint:
      "this server speaks DynamoDB's AWS JSON 1.0 protocol, a POST with the header X-Amz-Target.",
    actions: new Map(actions),
    errorResponse,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, handler);
  const endpoint = await listenOnLoopback(server, "The local DynamoDB");
  return {
    endpoint,
    async close() {
      await closeServer(server);
      kept?.close();
    },
  };
}

function errorResponse(error: unknown): ErrorResponse {
  const message = messageOf(error);
  if (error instanceof DynamoDbError) {
    const { code, item } = error;
    const service =
      code === "ValidationException"
        ? "com.amazon.coral.validate"
        : "com.amazonaws.dynamodb.v20120810";
    return {
      status: 400,
      body: { __type: `${service}#${code}`, message, ...(item && { Item: item }) },
    };
  }
  if (error instanceof ProtocolError) {
    const status = error.code === "AccessDeniedException" ? 403 : 400;
    return { status, body: { __type: `com.amazon.coral.service#${error.code}`, message } };
  }
  return { status: 500, body: { __type: "com.amazon.coral.service#InternalServerError", message } };
}
