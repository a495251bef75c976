import pLimit, { type LimitFunction } from "p-limit";

/** Runs tasks at once, bounded in all and in each lane. */
export interface Lanes {
  /** @param lane `undefined`: in none, bounded with all the others only */
  run<T>(lane: string | undefined, task: () => Promise<T>): Promise<T>;
  /** Forgets the tasks that have not started. */
  clear(): void;
}

/**
 * Makes lanes. A task that waits for its lane takes no place from the others: they start before it.
 *
 * @param concurrency how many tasks run at once in all
 * @param laneConcurrency how many run at once in one lane
 */
export function createLanes(concurrency: number, laneConcurrency: number): Lanes {
  const all = pLimit(concurrency);
  const lanes = new Map<string, LimitFunction>();
  const limitOf = (lane: string): LimitFunction => {
    const limit = lanes.get(lane) ?? pLimit(laneConcurrency);
    lanes.set(lane, limit);
    return limit;
  };
  return {
    run: (lane, task) => (lane === undefined ? all(task) : limitOf(lane)(() => all(task))),
    clear() {
      all.clearQueue();
      for (const limit of lanes.values()) limit.clearQueue();
    },
  };
}
