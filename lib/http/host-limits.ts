import { hostOf } from "./host-name.ts";

/** Bounds how many requests are made to one host at once, wherever they come from. */
export interface HostLimits {
  /**
   * Makes one request, its response read, as soon as its host has room for it.
   *
   * @param signal ends the wait
   * @throws {HostBusyError} when the signal aborted before there was room: the request was not made
   */
  run<T>(url: string, signal: AbortSignal, request: () => Promise<T>): Promise<T>;
}

/** A request was not made: its host had no room for it before its time was up. */
export class HostBusyError extends Error {
  override readonly name = "HostBusyError";
}

interface Host {
  active: number;
  /** What lets each of those in that wait, the first of them first. */
  readonly waiting: Set<() => void>;
}

/**
 * Makes the bounds of a sandbox. Each hop of a redirect has a place at its own host, after the hop before has given
 * its place back: hosts that redirect to each other never wait for each other.
 *
 * @param concurrency requests at once to one host
 */
export function createHostLimits(concurrency: number): HostLimits {
  const hosts = new Map<string, Host>();
  return {
    async run(url, signal, request) {
      const name = hostOf(url) ?? "";
      const host = hosts.get(name) ?? { active: 0, waiting: new Set() };
      hosts.set(name, host);
      await enter(host, signal);
      try {
        return await request();
      } finally {
        leave(name, host);
      }
    },
  };

  async function enter(host: Host, signal: AbortSignal): Promise<void> {
    if (host.active < concurrency) {
      host.active++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      host.waiting.delete(resolve);
      reject(new HostBusyError("its host had no room for the request before its time was up"));
    };
    if (signal.aborted) giveUp();
    else host.waiting.add(resolve);
    signal.addEventListener("abort", giveUp, { once: true });
    await promise.finally(() => signal.removeEventListener("abort", giveUp));
  }

  function leave(name: string, host: Host): void {
    const [next] = host.waiting;
    if (next === undefined) {
      if (--host.active === 0) hosts.delete(name);
      return;
    }
    // Its place goes to who waits for the longest.
    host.waiting.delete(next);
    next();
  }
}
