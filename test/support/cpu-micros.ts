/** Kernels count a thread's time in ticks of up to 10 ms: what takes less than some of them is not measured well. */
const ENOUGH_MICROS = 50_000;
const RUNS_AT_ONCE = 8;

/** Does work, and tells the CPU that it took on its thread, in µs: other processes do not count, however busy. */
export function withCpuMicros<T>(work: () => T): { readonly result: T; readonly micros: number } {
  const before = process.threadCpuUsage();
  const result = work();
  const { user, system } = process.threadCpuUsage(before);
  return { result, micros: user + system };
}

/** The CPU of work that takes little, in µs on average: it is done until it can be measured well. */
export function averageCpuMicros(work: () => unknown): number {
  let runs = 0;
  let spent = 0;
  while (spent < ENOUGH_MICROS) {
    spent += withCpuMicros(() => {
      for (let run = 0; run < RUNS_AT_ONCE; run++) work();
    }).micros;
    runs += RUNS_AT_ONCE;
  }
  return spent / runs;
}
