import { ELASTICMQ_FAULTS } from "./elasticmq-faults.ts";
import type { KnownFault } from "./known-fault.ts";
import { MOTO_FAULTS } from "./moto-faults.ts";

interface Server {
  readonly name: string;
  readonly faults: readonly KnownFault[];
}

/** By the servers' names in their answers. */
const SERVERS: Readonly<Record<string, Server>> = {
  Werkzeug: { name: "moto", faults: MOTO_FAULTS },
  "pekko-http": { name: "ElasticMQ", faults: ELASTICMQ_FAULTS },
};

async function serverAt(endpoint: string): Promise<Server | undefined> {
  const { headers } = await fetch(endpoint);
  const [name = ""] = headers.get("server")?.split("/") ?? [];
  return SERVERS[name];
}

const endpoint = process.env.SQS_ENDPOINT;
const server = endpoint === undefined ? undefined : await serverAt(endpoint);

/** The known fault for which the server under test fails a row, or `undefined` when it should pass. */
export function knownFault(row: string): (KnownFault & { readonly server: string }) | undefined {
  const fault = server?.faults.find(({ rows }) => rows.test(row));
  return server && fault && { ...fault, server: server.name };
}
