import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import manifest from "../../package.json" with { type: "json" };

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

/** The package as npm publishes it, installed in a new project. */
export interface PackedPackage extends AsyncDisposable {
  /** The project's folder. */
  readonly folder: string;
  readonly tarball: string;
  /** The paths of the published files. */
  readonly files: readonly string[];
}

/**
 * Packs the package and installs it as npm would, with links to the dependencies already installed here.
 *
 * @param others further packages of the project
 */
export async function packPackage(others: readonly string[] = []): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), "request-poller-package-"));
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { cwd: ROOT, shell: process.platform === "win32" });
  const [packed] = JSON.parse(stdout);
  const tarball = join(folder, packed.filename);
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  await run("tar", ["xzf", tarball, "-C", modules]);
  await run("mv", [join(modules, "package"), join(modules, manifest.name)]);
  for (const name of [...Object.keys(manifest.dependencies), ...others]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  return {
    folder,
    tarball,
    files: packed.files.map(({ path }: { path: string }) => path),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
