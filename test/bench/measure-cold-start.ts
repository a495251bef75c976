import { execFile } from "node:child_process";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { type Spread, spreadOf } from "./spread.ts";

const run = promisify(execFile);

/** How long a new Node process takes until a handler is imported, in ms: in total, and for the import alone. */
export interface ColdStart<Value = Spread> {
  readonly processMs: Value;
  readonly importMs: Value;
}

const IMPORT = `const start = performance.now();
await import(process.argv[1]);
console.log(performance.now() - start);
process.exit(0);`;

/**
 * Measures cold starts of several bundles in turns, so that the machine is the same for all.
 *
 * @returns those of each bundle, by name
 */
export async function measureColdStarts<Name extends string>(
  bundles: Readonly<Record<Name, string>>,
  rounds: number,
): Promise<Record<Name, ColdStart>> {
  const names = Object.keys(bundles) as Name[];
  const measured = new Map<Name, ColdStart<number>[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured.get(name)?.push(await coldStart(bundles[name]));
  }
  const spreads = [...measured].map(([name, starts]) => [
    name,
    {
      processMs: spreadOf(starts.map(({ processMs }) => processMs)),
      importMs: spreadOf(starts.map(({ importMs }) => importMs)),
    },
  ]);
  return Object.fromEntries(spreads);
}

async function coldStart(bundle: string): Promise<ColdStart<number>> {
  const start = performance.now();
  const argv = ["--input-type=module", "--eval", IMPORT, bundle];
  const env = { AWS_REGION: "us-east-1", QUEUE_URL: "http://127.0.0.1:1/0/polls" };
  const { stdout } = await run(process.execPath, argv, { env });
  return { processMs: performance.now() - start, importMs: Number(stdout) };
}
