import { createProgressDisplay } from "../../infra/cli/terminal/progress-display.ts";
import { UsageError } from "../../infra/cli/usage-error.ts";
import { CHECKPOINT_EVERY } from "../../lib/fence/checkpoint.ts";
import { type CheckOptions, type CheckResult, checkScenarios } from "./check-scenarios.ts";
import { type Order, readCommandLine } from "./command-line.ts";
import { Cores } from "./cores.ts";
import { ALL_FAULTS } from "./faults.ts";
import { FENCES, type FenceKind, named } from "./fences.ts";
import { OUTAGES } from "./outages.ts";
import { planLoad } from "./planning/load.ts";
import { reportPlan } from "./planning/report.ts";
import { reportShares, shareLoad } from "./planning/shared-load.ts";

const USAGE = `npm run simulate [-- --polls 100000]
  Runs 100,000 polls with the fence, half as many with checkpoints and a quarter without a table, with faults at every
  call. Checks the invariants all the time, and at the end that every poll has ended. Then runs polls through an hour
  without the table, or without sends to SQS, which must make no dead letter. With --polls 30000 all of it is smaller,
  and takes less than a third of the time. A failure is printed with the command that replays it:
  SEED=... npm run simulate

npm run simulate -- --polls 1000000 --interval 60s --latency 200ms [--jobs 500] [--no-fence]
  Makes this number of requests for this number of jobs, without faults, and shows the cost, here and with other
  services. The interval is at most 12h, the latency at most 10s.

npm run simulate -- --polls 5000000 --interval 30s --stacks 4 --sample 200
  Shares this number of living polls among stacks by the hash of their pollId, runs each 200th of them, and shows what
  each stack bears, beside what "request-poller plan" computes.
`;

/** Scenarios have 25 polls on average, but slightly fewer in practice: fast-check prefers small ones. */
const POLLS_PER_RUN = 22;

/** How often progress is written where it cannot be redrawn. */
const PROGRESS_EVERY_MS = 10_000;

try {
  process.exitCode = await run(readCommandLine(process.argv.slice(2), process.env.SEED));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`error: ${error.message}\n(npm run simulate -- --help shows all options)\n`);
  process.exitCode = 2;
}

/** @returns the exit code */
async function run(order: Order): Promise<number> {
  switch (order.kind) {
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "plan":
      process.stdout.write(reportPlan(order.load, await planLoad(order.load)));
      return 0;
    case "share":
      process.stdout.write(reportShares(order.load, await shareLoad(order.load)));
      return 0;
    case "replay": {
      const { fence, seed, path } = order;
      return report(fence, await checkScenarios({ ...FENCES[fence], seed, runs: 1, path }));
    }
    case "check":
      return onAllCores((cores) =>
        simulate(cores, order.polls, order.seed ?? Date.now() % 1_000_000_000),
      );
  }
}

async function onAllCores<Result>(work: (cores: Cores) => Promise<Result>): Promise<Result> {
  const cores = new Cores();
  try {
    return await work(cores);
  } finally {
    await cores.close();
  }
}

/** @returns the exit code */
async function simulate(cores: Cores, polls: number, seed: number): Promise<number> {
  const check = (options: CheckOptions) => checkAndShow(cores, options);
  process.stdout.write(`seed ${seed}\n`);
  const runs = polls / POLLS_PER_RUN;
  const codes = [
    report("fence", await check({ ...FENCES.fence, seed, runs })),
    report("checkpoints", await check({ ...FENCES.checkpoints, seed, runs: runs / 2 })),
    report("none", await check({ ...FENCES.none, seed, runs: runs / 4 })),
  ];
  for (const outage of OUTAGES) {
    const result = await check({ isFenced: true, seed, runs: runs / 40, outage });
    codes.push(reportOutage(outage, seed, result));
  }
  const kinds = ["fence", "checkpoints", "none"] as const;
  const measured = await cores.measureDuplicates(
    kinds.map((kind) => ({
      isFenced: FENCES[kind].isFenced,
      checkpointEvery: kind === "checkpoints" ? CHECKPOINT_EVERY : 1,
      ...{ polls: 50, share: 0.02 },
    })),
  );
  for (const [place, { requests, writes, deliveries }] of measured.entries()) {
    write(
      `2% duplicates per hop over 100 hops, ${named(kinds[place] ?? "none")}: ${requests.toFixed(3)} times the requests, ` +
        `${writes.toFixed(3)} writes per request, ${deliveries.toFixed(2)} outcomes per poll`,
    );
  }
  return Math.max(...codes);
}

/** Runs a check on all cores, and shows its progress on the standard error. */
async function checkAndShow(cores: Cores, options: CheckOptions): Promise<CheckResult> {
  const startedAt = performance.now();
  let polls = 0;
  let shownAt = startedAt;
  const line = (): string => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    return `  ${polls} of about ${Math.round(options.runs * POLLS_PER_RUN)} polls in ${seconds} s`;
  };
  const display = createProgressDisplay(process.stderr, () => [line()]);
  try {
    return await cores.check(options, (more) => {
      polls += more;
      if (performance.now() - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = performance.now();
      display.happened(line());
    });
  } finally {
    display.end();
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** @returns the exit code */
function report(kind: FenceKind, { figures, counts, failure }: CheckResult): number {
  const faults = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const { polls, requests, invocations, deliveries, forked, cutWaits } = figures;
  write(
    `${named(kind)}: ${polls} polls, ${requests} requests, ${invocations} invocations, ${cutWaits} waits cut by nudges`,
  );
  const seen = [...ALL_FAULTS].filter((name) => counts.has(name)).length;
  write(`  ${faults} faults of ${seen} kinds: ${listed(counts)}`);
  if (failure === undefined && polls === 0) {
    write("  nothing was run");
    return 1;
  }
  if (failure === undefined) {
    write(`  ${deliveries} outcomes delivered, 0 polls lost, ${forked} with different outcomes`);
    return 0;
  }
  const { error, seed, path, scenario } = failure;
  write(`  ${error}\n${JSON.stringify(scenario, undefined, 2)}`);
  write(`replay it: SEED=${kind}/${seed}/${path} npm run simulate`);
  return 1;
}

/** @returns the exit code */
function reportOutage(outage: string, seed: number, { figures, failure }: CheckResult): number {
  const { polls, deliveries } = figures;
  const found = failure?.error ?? `${deliveries} outcomes delivered, 0 polls lost or dead-lettered`;
  write(`an hour in which ${outage}: ${polls} polls, ${found}`);
  if (failure === undefined) return 0;
  write(
    `${JSON.stringify(failure.scenario, undefined, 2)}\nreplay it: SEED=${seed} npm run simulate`,
  );
  return 1;
}

function listed(counts: ReadonlyMap<string, number>): string {
  const names = [...counts.keys()].sort();
  return names.map((name) => `${name} ${counts.get(name)}`).join(", ");
}
