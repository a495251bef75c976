import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Duplex } from "node:stream";
import type { AddressGuard } from "./address-guard.ts";
import { type FreeSocketLimits, limitFreeSockets } from "./free-sockets.ts";
import { createNameLookup, type NameLookup } from "./name-lookup.ts";

/** One agent a scheme, shared by a batch and over invocations, so that connections are kept alive. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  /** Closes every connection. */
  destroy(): void;
}

/**
 * Makes agents that ask the guard before each connection: on a literal address, for which no lookup is ever made,
 * on every address that a lookup gave, and on the peer once connected, before a byte is sent.
 *
 * @param lookup resolves names. `@default` by the hosts file and the name servers of the system
 * @param free which connections are kept. `@default` 256, for 50 s
 */
export function createGuardedAgents(
  guard: AddressGuard,
  lookup: NameLookup = createNameLookup(),
  free: FreeSocketLimits = FREE_SOCKETS,
): Agents {
  // An agent's timeout closes its free sockets only; a request has its own.
  const options = { ...KEEP_ALIVE, timeout: free.idleMs };
  const agents = {
    http: guarded(new http.Agent(options), guard, lookup),
    https: guarded(new https.Agent(options), guard, lookup),
  };
  limitFreeSockets([agents.http, agents.https], free.max);
  return {
    ...agents,
    destroy() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

const KEEP_ALIVE = { keepAlive: true, scheduling: "lifo", noDelay: true } as const;

/**
 * Lambda has 1024 file descriptors, a batch's requests and the SDK's connections among them. AWS's load balancers
 * close a connection that is idle for 60 s: before, so that no request is sent on one that is about to go.
 */
const FREE_SOCKETS: FreeSocketLimits = { max: 256, idleMs: 50_000 };

/** Lets an agent connect only where the guard lets it. */
function guarded<Agent extends http.Agent>(
  agent: Agent,
  guard: AddressGuard,
  lookup: NameLookup,
): Agent {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) =>
    connectGuarded(guard, lookup, options, (guardedOptions) => connect(guardedOptions, callback));
  return agent;
}

function connectGuarded<Options extends http.ClientRequestArgs>(
  guard: AddressGuard,
  lookup: NameLookup,
  options: Options,
  connect: (options: Options) => Duplex | null | undefined,
): Duplex | null | undefined {
  const host = String(options.host ?? "");
  const port = Number(options.port);
  const refused =
    guard.refuseHost(host) ??
    (net.isIP(host) ? guard.refuseAddress(host, port, "literal") : undefined);
  if (refused !== undefined) throw refused;

  const closed = new AbortController();
  const socket = connect({ ...options, lookup: guardedLookup(guard, lookup, port, closed.signal) });
  socket?.once("close", () => closed.abort());
  // Before TLS's own listener, which sends the first bytes.
  if (socket instanceof net.Socket) {
    socket.prependOnceListener("connect", () => {
      const { remoteAddress } = socket;
      if (remoteAddress === undefined) {
        socket.destroy(new Error("the connection was closed as soon as it was made"));
        return;
      }
      const refusedPeer = guard.refuseAddress(remoteAddress, port, "peer");
      if (refusedPeer !== undefined) socket.destroy(refusedPeer);
    });
  }
  return socket;
}

function guardedLookup(
  guard: AddressGuard,
  lookup: NameLookup,
  port: number,
  signal: AbortSignal,
): net.LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true, signal }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses =
        typeof found === "string" ? [{ address: found, family: net.isIP(found) }] : found;
      for (const { address } of addresses) {
        const refused = guard.refuseAddress(address, port, "lookup");
        if (refused !== undefined) return callback(refused, []);
      }
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}
