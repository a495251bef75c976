import { join } from "node:path";
import * as esbuild from "esbuild";
import { bundle } from "../../infra/build.ts";

export type Bundle =
  | "poller"
  | "bareGet"
  | "bareRequeue"
  | "bareUpdate"
  | "powertools"
  | "naive"
  | "clientSqsAlone";

/**
 * Bundles each contender into a file of its own.
 *
 * @returns the files' paths
 */
export async function bundleContenders(folder: string): Promise<Record<Bundle, string>> {
  const contenders = join(import.meta.dirname, "contenders");
  const build = async (entryPoint: string, name: Bundle) => {
    const outfile = join(folder, `${name}.mjs`);
    await bundle(entryPoint, outfile);
    return outfile;
  };
  return {
    poller: await build(join(import.meta.dirname, "../../functions/poller/index.ts"), "poller"),
    bareGet: await build(join(contenders, "bare-get.ts"), "bareGet"),
    bareRequeue: await build(join(contenders, "bare-requeue.ts"), "bareRequeue"),
    bareUpdate: await build(join(contenders, "bare-update.ts"), "bareUpdate"),
    naive: await build(join(contenders, "naive-loop.ts"), "naive"),
    powertools: await build(join(contenders, "powertools-batch.ts"), "powertools"),
    clientSqsAlone: await plainBundle(join(contenders, "client-sqs-alone.ts"), folder),
  };
}

/** Bundles with esbuild's defaults, without our build's changes for the cold start. */
async function plainBundle(entryPoint: string, folder: string): Promise<string> {
  const outfile = join(folder, "clientSqsAlone.mjs");
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
