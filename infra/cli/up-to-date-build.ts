import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../local/package-root.ts";

const run = promisify(execFile);

const SOURCES_OF_THE_BUNDLES = ["functions", "middleware", "lib", "infra/console/page"];
const SOURCE = /\.(?:ts|tsx|css|html|svg)$/;

/**
 * Builds `dist/` if the sources are newer. The published package contains `dist/` and no sources, so a
 * command that runs from it builds nothing.
 *
 * @param report Called with a line of text before a build starts, which takes some seconds.
 * @throws Error with the build's output when it fails.
 */
export async function ensureBuilt(report: (line: string) => void): Promise<void> {
  if (extname(import.meta.filename) !== ".ts") return;
  const root = packageRoot();
  if (await isUpToDate(root)) return;
  report("Building dist/ from the sources (some seconds)…");
  try {
    await run(process.execPath, [join(root, "infra/build.ts")], { cwd: root });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new Error(`the build failed; "npm run build" runs it alone\n${said}`, { cause: error });
  }
}

async function isUpToDate(root: string): Promise<boolean> {
  const builtAt = await modifiedAt(join(root, "dist/poller/index.mjs"));
  if (builtAt === undefined) return false;
  const sources = await Promise.all(
    SOURCES_OF_THE_BUNDLES.map((folder) => readdir(join(root, folder), { recursive: true })),
  );
  const times = await Promise.all(
    sources.flatMap((paths, index) =>
      paths
        .filter((path) => SOURCE.test(path))
        .map((path) => modifiedAt(join(root, SOURCES_OF_THE_BUNDLES[index] ?? "", path))),
    ),
  );
  return times.every((time) => time === undefined || time <= builtAt);
}

async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
