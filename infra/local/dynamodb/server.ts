import { once } from "node:events";
import { promisify } from "node:util";
import dynalite from "dynalite";

/** A running DynamoDB on this machine, in memory, for any AWS SDK, with any credentials. */
export interface DynamoDbServer {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Breaks off what is under way, and closes. */
  close(): Promise<void>;
}

/** Serves DynamoDB on loopback, on a free port. Items end with it, and expire never: it knows no TTL. */
export async function startDynamoDbServer(): Promise<DynamoDbServer> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening on TCP.");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = promisify(server.close.bind(server))();
      server.closeAllConnections();
      await closed;
    },
  };
}
