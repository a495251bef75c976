import { once } from "node:events";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { parseDurationSeconds } from "../../infra/cli/duration.ts";
import { add, type CheckOptions, type CheckResult, checkScenarios } from "./check-scenarios.ts";
import { measureDuplicates } from "./duplicates.ts";
import { ALL_FAULTS } from "./faults.ts";
import { planLoad } from "./planning/load.ts";
import { reportPlan } from "./planning/report.ts";
import type { Figures } from "./run-scenario.ts";

const USAGE = `npm run simulate
  Runs 100,000 polls with the fence and 25,000 without a table, with faults at every call, and checks all along what
  must never happen, and then that every poll ends. A failure is printed with what replays it:
  SEED=... npm run simulate

npm run simulate -- --polls 1000000 --interval 60s --latency 200ms [--jobs 500] [--no-fence]
  Runs so many polls of so many jobs where nothing fails, and says what they cost, here and elsewhere.
`;

/** Scenarios have 25 polls on average, a little less as fast-check prefers small ones. */
const POLLS_PER_RUN = 22;
const CORES = 2;

const { values } = parseArgs({
  options: {
    polls: { type: "string" },
    interval: { type: "string" },
    latency: { type: "string", default: "200ms" },
    jobs: { type: "string", default: "500" },
    "no-fence": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(USAGE);
} else if (values.interval !== undefined) {
  const load = {
    polls: Number(values.polls ?? 1_000_000),
    jobs: Number(values.jobs),
    intervalSeconds: parseDurationSeconds(values.interval),
    latencyMs: milliseconds(values.latency),
    isFenced: !values["no-fence"],
  };
  process.stdout.write(reportPlan(load, await planLoad(load)));
} else {
  process.exitCode = await simulate(Number(values.polls ?? 100_000), process.env.SEED);
}

function milliseconds(text: string): number {
  return text.endsWith("ms") ? Number(text.slice(0, -2)) : parseDurationSeconds(text) * 1000;
}

/** @returns the exit code */
async function simulate(polls: number, seedText: string | undefined): Promise<number> {
  const [kind, replaySeed, path] = seedText?.split("/") ?? [];
  if (path !== undefined) {
    const isFenced = kind === "fence";
    return report(
      isFenced,
      await checkScenarios({ isFenced, seed: Number(replaySeed), runs: 1, path }),
    );
  }
  const seed = seedText === undefined ? Date.now() % 1_000_000_000 : Number(seedText);
  process.stdout.write(`seed ${seed}\n`);
  const codes = [
    report(true, await checkOnAllCores({ isFenced: true, seed, runs: polls / POLLS_PER_RUN })),
    report(
      false,
      await checkOnAllCores({ isFenced: false, seed, runs: polls / POLLS_PER_RUN / 4 }),
    ),
  ];
  for (const isFenced of [true, false]) {
    const { requests, deliveries } = await measureDuplicates(isFenced, 50, 0.02);
    process.stdout.write(
      `2% duplicates a hop over 100 hops, ${named(isFenced)}: ${requests.toFixed(3)} times the requests, ` +
        `${deliveries.toFixed(2)} outcomes a poll\n`,
    );
  }
  return Math.max(...codes);
}

async function checkOnAllCores(options: CheckOptions): Promise<CheckResult> {
  const results = await Promise.all(
    Array.from({ length: CORES }, async (_, core): Promise<CheckResult> => {
      const workerData = {
        ...options,
        seed: options.seed + core,
        runs: Math.ceil(options.runs / CORES),
      };
      const worker = new Worker(new URL("./check-worker.ts", import.meta.url), { workerData });
      const [result] = await once(worker, "message");
      return result;
    }),
  );
  const figures: Figures = { polls: 0, requests: 0, invocations: 0, deliveries: 0, forked: 0 };
  const counts = new Map<string, number>();
  for (const result of results) {
    add(figures, result.figures);
    for (const [name, count] of result.counts) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const failure = results.find((result) => result.failure)?.failure;
  return { figures, counts, ...(failure && { failure }) };
}

/** @returns the exit code */
function report(isFenced: boolean, { figures, counts, failure }: CheckResult): number {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const faults = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const { polls, requests, invocations, deliveries, forked } = figures;
  write(`${named(isFenced)}: ${polls} polls, ${requests} requests, ${invocations} invocations`);
  const seen = [...ALL_FAULTS].filter((name) => counts.has(name)).length;
  write(`  ${faults} faults of ${seen} kinds: ${listed(counts)}`);
  if (failure === undefined) {
    write(`  ${deliveries} outcomes delivered, 0 polls lost, ${forked} forked to ends that differ`);
    return 0;
  }
  const { error, seed, path, scenario } = failure;
  write(`  ${error}\n${JSON.stringify(scenario, undefined, 2)}`);
  write(`replay it: SEED=${isFenced ? "fence" : "none"}/${seed}/${path} npm run simulate`);
  return 1;
}

function listed(counts: ReadonlyMap<string, number>): string {
  const names = [...counts.keys()].sort();
  return names.map((name) => `${name} ${counts.get(name)}`).join(", ");
}

function named(isFenced: boolean): string {
  return isFenced ? "with the fence" : "without a table";
}
