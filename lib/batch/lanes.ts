import pLimit, { type LimitFunction } from "p-limit";

/** Runs tasks in parallel, limited in total and in each lane. */
export interface Lanes {
  /** @param lane `undefined`: no lane, so only the total limit applies */
  run<T>(lane: string | undefined, task: () => Promise<T>): Promise<T>;
  /** Drops the tasks that have not started. */
  clear(): void;
}

/**
 * Makes lanes. A full lane does not block other lanes.
 *
 * @param concurrency how many tasks run at the same time in total
 * @param laneConcurrency how many tasks of one lane run at the same time
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
