import { execFile } from "node:child_process";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How long a new Node process takes until a handler is imported, in ms: in total, and for the import alone. */
export interface ColdStart {
  readonly processMs: number;
  readonly importMs: number;
}

const IMPORT = `const start = performance.now();
await import(process.argv[1]);
console.log(performance.now() - start);
process.exit(0);`;

/**
 * Measures cold starts of several bundles in turns, so that the machine is the same for all.
 *
 * @returns the median of each, by name
 */
export async function measureColdStarts<Name extends string>(
  bundles: Readonly<Record<Name, string>>,
  runs: number,
): Promise<Record<Name, ColdStart>> {
  const names = Object.keys(bundles) as Name[];
  const measured = new Map<Name, ColdStart[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn < runs; turn++) {
    for (const name of names) measured.get(name)?.push(await coldStart(bundles[name]));
  }
  const medians = [...measured].map(([name, starts]) => [name, medianOf(starts)] as const);
  return Object.fromEntries(medians) as Record<Name, ColdStart>;
}

async function coldStart(bundle: string): Promise<ColdStart> {
  const start = performance.now();
  const argv = ["--input-type=module", "--eval", IMPORT, bundle];
  const env = { AWS_REGION: "us-east-1", QUEUE_URL: "http://127.0.0.1:1/0/polls" };
  const { stdout } = await run(process.execPath, argv, { env });
  return { processMs: performance.now() - start, importMs: Number(stdout) };
}

function medianOf(starts: readonly ColdStart[]): ColdStart {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  return {
    processMs: middle(starts.map(({ processMs }) => processMs)),
    importMs: middle(starts.map(({ importMs }) => importMs)),
  };
}
