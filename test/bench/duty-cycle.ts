import { once } from "node:events";
import { isMainThread, Worker, workerData } from "node:worker_threads";

/** The share of a CPU that Lambda gives a function of 512 MB is 0.29. */
const SHARE = 0.3;

/** Lambda, like every Linux container, counts the use of the CPU in periods of this order. */
const PERIOD_MS = 20;

/**
 * Runs work while a process has 0.3 of a CPU: it is stopped for the rest of each period. A thread of its own stops and
 * continues it, so that the time does not depend on what else this process does.
 *
 * @param pid the process. It runs on when the work has ended
 */
export async function atPartOfCpu<T>(pid: number, work: () => Promise<T>): Promise<T> {
  const isOver = new Int32Array(new SharedArrayBuffer(4));
  const cycle = new Worker(new URL(import.meta.url), { workerData: { pid, isOver } });
  await once(cycle, "online");
  try {
    return await work();
  } finally {
    Atomics.store(isOver, 0, 1);
    Atomics.notify(isOver, 0);
    await once(cycle, "exit");
  }
}

function stopAndContinue(pid: number, isOver: Int32Array<SharedArrayBuffer>): void {
  while (Atomics.load(isOver, 0) === 0) {
    process.kill(pid, "SIGSTOP");
    Atomics.wait(isOver, 0, 0, PERIOD_MS * (1 - SHARE));
    process.kill(pid, "SIGCONT");
    Atomics.wait(isOver, 0, 0, PERIOD_MS * SHARE);
  }
}

if (!isMainThread) stopAndContinue(workerData.pid, workerData.isOver);
