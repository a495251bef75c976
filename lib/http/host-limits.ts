import { hostOf } from "./host-name.ts";

/** Limits how many requests to one host run at the same time, in all batches of a sandbox together. */
export interface HostLimits {
  /**
   * Runs one request, including the reading of its response, as soon as its host has a free place.
   *
   * @param signal ends the wait
   * @throws {HostBusyError} when the signal aborted before a place was free: the request was not sent
   */
  run<T>(url: string, signal: AbortSignal, request: () => Promise<T>): Promise<T>;
}

/** A request was not sent: its host had no free place before its time was up. */
export class HostBusyError extends Error {
  override readonly name = "HostBusyError";
}

interface Host {
  active: number;
  /** Callbacks that start the waiting requests, oldest first. */
  readonly waiting: Set<() => void>;
}

/**
 * Makes the limits of a sandbox. Each hop of a redirect takes a place at its own host after the previous hop has freed
 * its place, so hosts that redirect to each other cannot deadlock.
 *
 * @param concurrency the most requests to one host at the same time
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
      reject(
        new HostBusyError("its host had no free place for the request before its time was up"),
      );
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
    // The request that has waited longest gets the place.
    host.waiting.delete(next);
    next();
  }
}
