import type http from "node:http";
import type { Duplex } from "node:stream";

/** How many connections are kept for later requests, and for how long. */
export interface FreeSocketLimits {
  /** Over all hosts. */
  readonly max: number;
  /** Without a request, in ms. A server that announces less in its Keep-Alive header gets that. */
  readonly idleMs: number;
}

/**
 * Bounds how many sockets agents keep for later requests: for one too many, the one that is free the longest is
 * closed. Node's own bound is one a host, and who chooses URLs chooses how many hosts there are.
 */
export function limitFreeSockets(agents: readonly http.Agent[], max: number): void {
  // A set keeps the order in which they came free.
  const free = new Set<Duplex>();
  const forget = function (this: Duplex) {
    free.delete(this);
  };
  const closeOldest = () => {
    const [oldest] = free;
    if (oldest === undefined) return;
    // Many come free before the first of them says that it is closed.
    free.delete(oldest);
    oldest.destroy();
  };
  for (const agent of agents) {
    const keep = agent.keepSocketAlive.bind(agent);
    const reuse = agent.reuseSocket.bind(agent);
    agent.keepSocketAlive = (socket) => {
      const isKept: unknown = keep(socket);
      if (isKept === false) return false;
      free.add(socket);
      socket.once("close", forget);
      if (free.size > max) closeOldest();
      return true;
    };
    agent.reuseSocket = (socket, request) => {
      free.delete(socket);
      socket.off("close", forget);
      reuse(socket, request);
    };
  }
}
