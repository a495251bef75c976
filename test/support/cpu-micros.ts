/** Kernels count a thread's CPU time in ticks of up to 10 ms, so shorter work than several ticks cannot be measured. */
const ENOUGH_MICROS = 50_000;
const RUNS_AT_ONCE = 8;

/** Runs work and measures the CPU time of its thread, in µs. Other processes do not count. */
export function withCpuMicros<T>(work: () => T): { readonly result: T; readonly micros: number } {
  const before = process.threadCpuUsage();
  const result = work();
  const { user, system } = process.threadCpuUsage(before);
  return { result, micros: user + system };
}

/** The average CPU time of short work, in µs. The work is repeated until it can be measured well. */
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
