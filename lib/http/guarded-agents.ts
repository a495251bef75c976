import { constants } from "node:crypto";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { connectionsWithin } from "../descriptors.ts";
import type { AddressGuard } from "./address-guard.ts";
import { type FreeSocketLimits, limitFreeSockets } from "./free-sockets.ts";
import { createNameLookup, type NameLookup } from "./name-lookup.ts";
import { limitSessionTickets } from "./session-tickets.ts";

/** How a request uses connections. */
export type ConnectionUse =
  /** May use a kept connection, which is kept again afterwards. */
  | "shared"
  /** Like `shared`, but only on a kept connection that became free a moment ago. */
  | "fresh"
  /** Uses a new connection, which is closed afterwards. */
  | "single";

/** The agents of a sandbox. All batches share them, so that connections are reused. */
export interface Agents {
  /** These two keep connections alive. */
  readonly http: http.Agent;
  readonly https: https.Agent;
  /** The agent for a request to this URL. */
  agentFor(url: URL, use: ConnectionUse): http.Agent;
  /** Closes every connection. */
  destroy(): void;
}

/**
 * Makes agents that ask the guard about each connection: about a literal address, for which Node calls no lookup; about
 * every address that a lookup returns; and about the connected peer, before a byte is sent.
 *
 * @param lookup resolves names. `@default` uses the hosts file and the name servers of the system
 * @param free how many connections are kept, and for how long. `@default` 256 or a quarter of all descriptors, for 50 s
 * @param now the clock, in epoch ms, that measures the age of kept connections. `@default` Date.now
 */
export function createGuardedAgents(
  guard: AddressGuard,
  lookup: NameLookup = createNameLookup(),
  free: FreeSocketLimits = FREE_SOCKETS,
  now: () => number = Date.now,
): Agents {
  // An agent's timeout closes free sockets only; each request has its own time limit.
  const keepAlive = { ...KEEP_ALIVE, timeout: free.idleMs };
  const kept = {
    http: guarded(new http.Agent(keepAlive), guard, lookup),
    https: guarded(new https.Agent({ ...keepAlive, ...TLS }), guard, lookup),
  };
  const single = {
    http: guarded(new http.Agent(ONE_REQUEST), guard, lookup),
    https: guarded(new https.Agent({ ...ONE_REQUEST, ...TLS }), guard, lookup),
  };
  const freeSockets = limitFreeSockets([kept.http, kept.https], free.max, now);
  return {
    ...kept,
    agentFor(url, use) {
      const scheme = url.protocol === "https:" ? "https" : "http";
      if (use === "single") return single[scheme];
      freeSockets.closeExpired();
      const agent = kept[scheme];
      if (use === "shared") return agent;
      const idleMs = freeSockets.idleMs(agent, nameOf(agent, url));
      return idleMs === undefined || idleMs <= FRESH_MS ? agent : single[scheme];
    },
    destroy() {
      for (const agent of [kept.http, kept.https, single.http, single.https]) agent.destroy();
    },
  };
}

const ONE_REQUEST = { keepAlive: false, noDelay: true } as const;
const KEEP_ALIVE = { keepAlive: true, scheduling: "lifo", noDelay: true } as const;

/** Servers close an idle connection after 5 s or more, so one that became free this recently is still open. */
const FRESH_MS = 1000;

/**
 * With DHE (TLS 1.2) the server chooses the numbers that its client computes with, before it shows a certificate.
 * Numbers of 10,000 bits block the event loop for seconds. Removing the names that begin with DHE from the list is not
 * enough: the list ends with HIGH, which includes them.
 */
const TLS = {
  ciphers: `${tls.DEFAULT_CIPHERS}:!DHE`,
  // Otherwise a server could request new handshakes on a connection without limit.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;

/**
 * Lambda allows 1024 file descriptors, which a batch's requests and the SDK's connections share. AWS's load balancers
 * close a connection that is idle for 60 s; a shorter time avoids a request on a connection that is being closed.
 */
const FREE_SOCKETS: FreeSocketLimits = { max: connectionsWithin(256), idleMs: 50_000 };

/** The name under which an agent keeps the connections to a URL's host. */
function nameOf(agent: http.Agent, { hostname, port, protocol }: URL): string {
  const host = hostname.replace(/^\[|\]$/g, "");
  return protocol === "https:"
    ? agent.getName({ ...TLS, host, port: port || 443 })
    : agent.getName({ host, port: port || 80 });
}

/** Makes an agent connect only to what the guard allows. */
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
  if (socket) limitSessionTickets(socket);
  // This must run before TLS's own listener, which sends the first bytes.
  if (socket instanceof net.Socket) {
    socket.prependOnceListener("connect", () => {
      const { remoteAddress } = socket;
      if (remoteAddress === undefined) {
        socket.destroy(new Error("the connection was closed immediately after it was opened"));
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
