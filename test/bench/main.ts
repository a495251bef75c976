import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { bundle } from "../../infra/build.ts";
import { withCountingServer } from "../support/counting-server.ts";
import { startHttpJobs } from "../support/http-jobs.ts";
import { startLocalQueues } from "../support/local-queues.ts";
import type { BatchFigures } from "./measure-batches.ts";
import { type ColdStart, measureColdStarts } from "./measure-cold-start.ts";
import type { GuardFigures } from "./measure-guard.ts";
import { report } from "./report.ts";

/** The measurements of one contender. */
export interface ContenderFigures extends BatchFigures {
  readonly name: string;
  readonly batches: number;
  readonly sqsCalls: number;
}

/** The figures of one run. Only ratios between them are comparable with other machines. */
export interface BenchFigures {
  readonly latencyMs: number;
  readonly recordsPerBatch: number;
  readonly contenders: readonly ContenderFigures[];
  readonly guard: GuardFigures;
  readonly coldStart: Readonly<Record<"poller" | "clientSqsAlone", ColdStart>>;
}

const USAGE = `npm run bench [-- --json] [--latency MS] [--records N]

Measures one poll of each of N pending records (100) against a server that answers after MS (200),
by this stack, by a loop over the records, and by Powertools batch, side by side in one run; what the address guard
costs per request; and cold starts.
`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    latency: { type: "string", default: "200" },
    records: { type: "string", default: "100" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else await bench(Number(values.latency), Number(values.records), values.json);

async function bench(latencyMs: number, recordsPerBatch: number, json: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "request-poller-bench-"));
  try {
    const bundles = await bundleContenders(folder);
    const contenders: ContenderFigures[] = [];
    for (const [name, path, batches] of [
      ["this stack", bundles.poller, 5],
      ["Powertools batch", bundles.powertools, 5],
      ["naive loop", bundles.naive, 1],
    ] as const) {
      contenders.push(await measureContender(name, path, { batches, recordsPerBatch, latencyMs }));
    }
    const guard = await measureGuard();
    const { poller, clientSqsAlone } = bundles;
    const coldStart = await measureColdStarts({ poller, clientSqsAlone }, 21);
    const figures = { latencyMs, recordsPerBatch, contenders, guard, coldStart };
    process.stdout.write(json ? `${JSON.stringify(figures)}\n` : report(figures));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bundleContenders(folder: string) {
  const here = import.meta.dirname;
  const build = async (entry: string, name: string) => {
    const outfile = join(folder, `${name}.mjs`);
    await bundle(entry, outfile);
    return outfile;
  };
  return {
    poller: await build(join(here, "../../functions/poller/index.ts"), "poller"),
    naive: await build(join(here, "contenders/naive-loop.ts"), "naive"),
    powertools: await build(join(here, "contenders/powertools-batch.ts"), "powertools"),
    clientSqsAlone: await plainBundle(join(here, "contenders/client-sqs-alone.ts"), folder),
  };
}

/** Bundles with esbuild's defaults, without our build's changes for the cold start. */
async function plainBundle(entryPoint: string, folder: string): Promise<string> {
  const outfile = join(folder, "client-sqs-alone.mjs");
  await esbuild.build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: "warning",
  });
  return outfile;
}

function measureGuard(): Promise<GuardFigures> {
  return withCountingServer(
    (_request, response) => response.end("{}"),
    async ({ port }) => {
      const child = fork(join(import.meta.dirname, "measure-guard.ts"));
      child.send(`http://localhost:${port}/`);
      const [figures] = (await once(child, "message")) as [GuardFigures];
      return figures;
    },
  );
}

async function measureContender(
  name: string,
  path: string,
  load: { batches: number; recordsPerBatch: number; latencyMs: number },
): Promise<ContenderFigures> {
  const { batches, recordsPerBatch: records, latencyMs } = load;
  const queues = await startLocalQueues();
  const jobs = await startHttpJobs({ "/": () => ({ status: 202, delayMs: latencyMs }) });
  try {
    const child = fork(join(import.meta.dirname, "measure-batches.ts"), {
      env: {
        QUEUE_URL: queues.queueUrl,
        AWS_ENDPOINT_URL_SQS: new URL(queues.queueUrl).origin,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        POLL_ALLOW_PRIVATE: "true",
        LOG_LEVEL: "SILENT",
      },
    });
    child.send({ bundle: path, batches, records, url: `${jobs.url}/` });
    const [figures] = (await once(child, "message")) as [BatchFigures];
    // The records of the warm-up are not counted, nor are the calls that requeued them.
    const warmUp =
      name === "this stack" ? Math.ceil(Math.min(10, records) / 10) : Math.min(10, records);
    return { name, batches, ...figures, sqsCalls: queues.calls.length - warmUp };
  } finally {
    await jobs.close();
    await queues.close();
  }
}
