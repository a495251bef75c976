import type http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";

/** How many connections are kept for later requests, and for how long. */
export interface FreeSocketLimits {
  /** Over all hosts. */
  readonly max: number;
  /** Without a request, in ms. A server that announces less in its Keep-Alive header gets that. */
  readonly idleMs: number;
}

/** The sockets that agents keep for later requests. */
export interface FreeSockets {
  /** Closes those that were free for longer than they may be. */
  closeExpired(): void;
  /** How long the socket that the next request of this name would take has been free, in ms; `undefined`: there is none. */
  idleMs(agent: http.Agent, name: string): number | undefined;
}

/**
 * Bounds how many sockets agents keep for later requests: for one too many, the one that is free the longest is
 * closed. Node's own bound is one per host, and who chooses URLs chooses how many hosts there are.
 *
 * Each socket has a timer of its agent as well. That one stands still while the sandbox of a function is frozen, so
 * that after days the socket would still be taken for fresh.
 *
 * @param now the clock, in epoch ms, which goes on while the sandbox is frozen
 */
export function limitFreeSockets(
  agents: readonly http.Agent[],
  max: number,
  now: () => number,
): FreeSockets {
  // A map keeps the order in which they came free.
  const freeSince = new Map<Duplex, number>();
  const forget = function (this: Duplex) {
    freeSince.delete(this);
  };
  const close = (socket: Duplex) => {
    // Many come free before the first of them says that it is closed.
    freeSince.delete(socket);
    socket.destroy();
  };
  for (const agent of agents) {
    const keep = agent.keepSocketAlive.bind(agent);
    const reuse = agent.reuseSocket.bind(agent);
    agent.keepSocketAlive = (socket) => {
      const isKept: unknown = keep(socket);
      if (isKept === false) return false;
      freeSince.set(socket, now());
      socket.once("close", forget);
      const [oldest] = freeSince.keys();
      if (freeSince.size > max && oldest !== undefined) close(oldest);
      return true;
    };
    agent.reuseSocket = (socket, request) => {
      freeSince.delete(socket);
      socket.off("close", forget);
      reuse(socket, request);
    };
  }
  return {
    closeExpired() {
      for (const [socket, since] of freeSince) {
        if (now() - since >= timeoutOf(socket)) close(socket);
      }
    },
    idleMs(agent, name) {
      // Agents take the one that came free last.
      const socket = agent.freeSockets[name]?.findLast(({ destroyed }) => !destroyed);
      const since = socket && freeSince.get(socket);
      return since === undefined ? undefined : now() - since;
    },
  };
}

/** What the agent has set, from its own limit and the server's Keep-Alive header. */
function timeoutOf(socket: Duplex): number {
  return (socket instanceof net.Socket && socket.timeout) || Number.POSITIVE_INFINITY;
}
