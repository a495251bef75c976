import type http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";

/** How many free connections are kept for later requests, and for how long. */
export interface FreeSocketLimits {
  /** For all hosts together. */
  readonly max: number;
  /** The longest time without a request, in ms. A shorter time in a server's Keep-Alive header wins. */
  readonly idleMs: number;
}

/** A timer that the freeze of the sandbox did not stop closes sockets in time, so the clock is read only this often. */
const CHECK_EVERY_MS = 1000;

/** The sockets that agents keep for later requests. */
export interface FreeSockets {
  /** Closes the sockets that have been free for too long. */
  closeExpired(): void;
  /** How long the socket that the next request would use has been free, in ms; `undefined` when there is none. */
  idleMs(agent: http.Agent, name: string): number | undefined;
}

/**
 * Limits how many sockets agents keep for later requests. When there are too many, the socket that has been free for
 * the longest time is closed. Node's own limit is per host, and senders choose the URLs and so the number of hosts.
 *
 * Each socket also has a timer of its agent. That timer stops while the function's sandbox is frozen, so it could
 * treat a socket as fresh after days.
 *
 * @param now the clock, in epoch ms, which also runs while the sandbox is frozen
 */
export function limitFreeSockets(
  agents: readonly http.Agent[],
  max: number,
  now: () => number,
): FreeSockets {
  // A map keeps the order in which the sockets became free.
  const freeSince = new Map<Duplex, number>();
  const watched = new WeakSet<Duplex>();
  let checkedAt = Number.NEGATIVE_INFINITY;
  const watch = (socket: Duplex) => {
    if (watched.has(socket)) return;
    watched.add(socket);
    socket.once("close", () => freeSince.delete(socket));
  };
  const close = (socket: Duplex) => {
    // Not on the socket's `close` event: many sockets can become free before that event comes.
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
      watch(socket);
      const [oldest] = freeSince.keys();
      if (freeSince.size > max && oldest !== undefined) close(oldest);
      return true;
    };
    agent.reuseSocket = (socket, request) => {
      freeSince.delete(socket);
      reuse(socket, request);
    };
  }
  return {
    closeExpired() {
      const time = now();
      if (Math.abs(time - checkedAt) < CHECK_EVERY_MS) return;
      checkedAt = time;
      for (const [socket, since] of freeSince) {
        if (time - since >= timeoutOf(socket)) close(socket);
      }
    },
    idleMs(agent, name) {
      // Agents use the socket that became free last.
      const socket = agent.freeSockets[name]?.findLast(({ destroyed }) => !destroyed);
      const since = socket && freeSince.get(socket);
      return since === undefined ? undefined : now() - since;
    },
  };
}

/** The timeout that the agent has set, from its own limit and the server's Keep-Alive header. */
function timeoutOf(socket: Duplex): number {
  return (socket instanceof net.Socket && socket.timeout) || Number.POSITIVE_INFINITY;
}
