import { setImmediate as turn } from "node:timers/promises";
import { parseDurationSeconds } from "../../infra/cli/duration.ts";
import { IndexedHeap } from "../../infra/local/queue/indexed-heap.ts";
import { currentInvocation } from "./invocation.ts";
import { withinRealTime } from "./real-time.ts";

/** Milliseconds, or a text such as `45s`, `10m`, `2h`, `3d`. */
export type Duration = number | string;

/** A clock that moves only in `advance`. */
export interface TestClock {
  /** In epoch ms. */
  now(): number;
  /** Calls `callback` when `delayMs` have passed on the clock; returns a function that cancels it. */
  startTimer(callback: () => void, delayMs: number): () => void;
  /**
   * Waits on the clock, in place of real waiting for something slow.
   *
   * @throws the signal's reason, when the signal aborts during the wait
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Stops the clock while `work` runs, however long that takes in real time, except while something sleeps. Work that
   * neither ends nor sleeps within a second of real time counts as hanging: the clock moves again.
   */
  standStillFor(work: Promise<unknown>): void;
  /** Moves the clock forward. Calls each timer when it is due, and waits for its work before time moves on. */
  advance(duration: Duration): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

const HANGS_AFTER_REAL_MS = 1000;

/**
 * Creates a clock.
 *
 * @param startAt epoch ms. `@default` the beginning of 2026, UTC
 */
export function createTestClock(startAt: number = Date.UTC(2026, 0, 1)): TestClock {
  const timers = new IndexedHeap<Timer>((a, b) =>
    a.at === b.at ? a.order < b.order : a.at < b.at,
  );
  const running = new Set<Promise<unknown>>();
  let now = startAt;
  let started = 0;
  let sleeping = 0;
  let isAdvancing = false;
  let changed = Promise.withResolvers<void>();

  const startTimer = (callback: () => void, delayMs: number): (() => void) => {
    const timer = { at: now + Math.max(0, delayMs), order: ++started, callback };
    timers.add(timer);
    return () => timers.remove(timer);
  };

  const noteChange = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };

  /** Waits until nothing more can run without time passing. */
  const untilQuiet = async (): Promise<void> => {
    await turn();
    while (running.size > 0 && sleeping === 0) {
      const goesOn = await withinRealTime(changed.promise, HANGS_AFTER_REAL_MS);
      if (goesOn) await turn();
      else running.clear();
    }
  };

  const fireUntil = async (until: number): Promise<void> => {
    for (;;) {
      await untilQuiet();
      const next = timers.first();
      if (next === undefined || next.at > until) break;
      now = Math.max(now, next.at);
      for (let due = timers.first(); due !== undefined && due.at <= now; due = timers.first()) {
        timers.remove(due);
        due.callback();
      }
    }
    now = until;
  };

  const clock: TestClock = {
    now: () => now,
    startTimer,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      const invocation = currentInvocation();
      invocation?.checkAlive();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const stop = startTimer(resolve, ms);
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      sleeping++;
      noteChange();
      try {
        await (invocation ? Promise.race([promise, invocation.death]) : promise);
      } finally {
        sleeping--;
        stop();
        signal?.removeEventListener("abort", onAbort);
      }
    },
    standStillFor(work) {
      const ended = () => {
        running.delete(work);
        noteChange();
      };
      running.add(work);
      work.then(ended, ended);
    },
    async advance(duration) {
      if (isAdvancing) throw new Error("the clock is already advancing: await advance() first");
      isAdvancing = true;
      try {
        await fireUntil(now + millisecondsOf(duration));
      } finally {
        isAdvancing = false;
      }
    },
  };
  // The clock is passed to eachRecord as options, and eachRecord refuses unknown options: these are hidden from it.
  const hidden = { enumerable: false };
  return Object.defineProperties(clock, {
    sleep: hidden,
    standStillFor: hidden,
    advance: hidden,
  });
}

function millisecondsOf(duration: Duration): number {
  const ms = typeof duration === "number" ? duration : parseDurationSeconds(duration) * 1000;
  if (ms >= 0 && Number.isFinite(ms)) return ms;
  throw new RangeError(
    `a clock advances by 0 ms or more, or by a text such as "3d", got ${duration}`,
  );
}
