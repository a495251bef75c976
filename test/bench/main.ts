import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withCountingServer } from "../support/counting-server.ts";
import { bundleContenders } from "./bundle-contenders.ts";
import { type ColdStart, measureColdStarts } from "./measure-cold-start.ts";
import { type ContenderFigures, type Load, measureContenders } from "./measure-contenders.ts";
import type { GuardFigures } from "./measure-guard.ts";
import { report } from "./report.ts";

/** The figures of one run. Only ratios between them are comparable with other machines. */
export interface BenchFigures {
  readonly load: Load;
  readonly contenders: readonly ContenderFigures[];
  readonly guard: GuardFigures;
  readonly coldStart: Readonly<Record<"poller" | "clientSqsAlone", ColdStart>>;
}

const USAGE = `npm run bench [-- --json] [--rounds N] [--latency MS] [--records N]

Measures one poll of each of N pending records (100) against a server that answers after MS (200), side by side in one
run of N rounds (7): by this stack without and with the fence, by a bare GET with node:http, alone and with the SDK's
SendMessageBatch, by the SDK's UpdateItem without a request, by Powertools batch, and by a loop over the records; with
a whole CPU and with 0.3 of one; each but the loop is warm, as a sandbox is after some batches. Then what the address
guard costs per request, and cold starts. Shows medians, and the least and the most in parentheses.
`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "7" },
    latency: { type: "string", default: "200" },
    records: { type: "string", default: "100" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else {
  const figures = await bench({
    rounds: Number(values.rounds),
    latencyMs: Number(values.latency),
    recordsPerBatch: Number(values.records),
  });
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : report(figures));
}

async function bench(load: Load): Promise<BenchFigures> {
  const folder = await mkdtemp(join(tmpdir(), "request-poller-bench-"));
  try {
    const bundles = await bundleContenders(folder);
    const contenders = await measureContenders(bundles, load);
    const guard = await measureGuard();
    const { poller, clientSqsAlone } = bundles;
    const coldStart = await measureColdStarts({ poller, clientSqsAlone }, 3 * load.rounds);
    return { load, contenders, guard, coldStart };
  } finally {
    await rm(folder, { recursive: true });
  }
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
