import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { LOCAL_STACK_PATH, type LocalStackDescription } from "../../../lib/client/local-stack.ts";
import { listenOnLoopback, type Port } from "../http/listen.ts";
import { type StackPath, withStackPath } from "../http/with-stack-path.ts";
import { ACCOUNT_ID, REGION } from "../queue/queue-registry.ts";
import { QueueService } from "../queue/queue-service.ts";
import { keepTime } from "./due-timer.ts";
import { openQueues } from "./kept-queues.ts";
import { lookPath } from "./look.ts";
import { requestHandler } from "./request-handler.ts";
import { wakePath } from "./wake.ts";

const CLOSE_TIMEOUT_MS = 1000;

/** A running SQS on this machine, for any AWS SDK, with any credentials. */
export interface SqsServer {
  /** `http://127.0.0.1:PORT`. A queue's URL is this, then `/000000000000/` and its name. */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** Answers waiting receives with an empty list, saves the queues if they are kept, and closes. */
  close(): Promise<void>;
}

export interface SqsServerOptions {
  /** @default 0, which takes a free port */
  readonly port?: number | Port;
  /** The folder where queues and messages survive a restart. @default in memory only */
  readonly dataDir?: string;
  /** The queues to serve, for tests that access them directly or inject faults. */
  readonly service?: QueueService;
  /** The clock, in epoch ms. Must be the clock of `service`, if that is given. @default Date.now */
  readonly now?: () => number;
  /** What `GET /stack` answers; `undefined` while the stack is starting. @default there is no stack */
  readonly describe?: () => LocalStackDescription | undefined;
}

/**
 * Serves SQS's AWS JSON 1.0 protocol on loopback.
 * @throws Error when the port is taken, or `dataDir` cannot be written, is in use, or has a file that is not a snapshot
 *   of queues.
 */
export async function startSqsServer(options: SqsServerOptions = {}): Promise<SqsServer> {
  const { port = 0, dataDir, now = Date.now, describe } = options;
  if (dataDir !== undefined && options.service !== undefined) {
    throw new TypeError("Give a service or a dataDir, not both: a service brings its own queues.");
  }
  const kept = dataDir === undefined ? undefined : await openQueues(dataDir, now);
  const service = options.service ?? kept?.service ?? new QueueService({ now });

  const waiting = new Map<ServerResponse, () => void>();
  let endpoint = "";
  const actions = requestHandler((response) => {
    kept?.writeLeft();
    return {
      service,
      endpoint,
      abandoned: (stop) => {
        waiting.set(response, stop);
        response.once("close", () => {
          waiting.delete(response);
          stop();
        });
      },
    };
  });
  const paths = [
    wakePath(service),
    lookPath(service),
    ...(describe === undefined ? [] : [descriptionPath(describe)]),
  ];
  const handler = paths.reduce((others, path) => withStackPath(path, others), actions);
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, handler);
  endpoint = await listenOnLoopback(server, "The local SQS", port).catch((error: unknown) => {
    kept?.close();
    throw error;
  });

  const stopTime = keepTime(service, now);
  return {
    endpoint,
    region: REGION,
    accountId: ACCOUNT_ID,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const [response, stop] of waiting) {
        response.setHeader("connection", "close");
        stop();
      }
      setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS).unref();
      await closed;
      stopTime();
      kept?.close();
    },
  };
}

/** `GET /stack`: by its one port, commands find all of the stack. */
const descriptionPath = (describe: () => LocalStackDescription | undefined): StackPath => ({
  method: "GET",
  path: LOCAL_STACK_PATH,
  answer: describe,
});
