import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";

const ROOT = join(import.meta.dirname, "..");
const FILE = join(ROOT, "LICENCES.md");

/** Licences that allow distribution with the package and the bundle; MPL-2.0 as long as its files stay unchanged. */
const ACCEPTED = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
]);

const lockfileSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.optional(z.string()),
      license: z.optional(z.string()),
      dev: z.optional(z.boolean()),
      devOptional: z.optional(z.boolean()),
    }),
  ),
});

/**
 * Lists the licences of everything that is installed with the package, from the lockfile.
 *
 * @returns the text of LICENCES.md
 * @throws {Error} naming a package that has no licence, or one that is not accepted
 */
export function licenceList(lockfile: string): string {
  const { packages } = lockfileSchema.parse(JSON.parse(lockfile));
  const rows = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional)
    .map(([path, { version = "", license = "none" }]) => {
      const name = path.replace(/^.*node_modules\//, "");
      if (ACCEPTED.has(license)) return `| ${name} | ${version} | ${license} |`;
      throw new Error(
        `${name} ${version} has the licence ${license}: replace it, or accept it here`,
      );
    });
  return [
    "# Licences",
    "",
    "What is installed with the package, and under which licence. Kept true by `npm run check`;",
    "`npm run licences` writes it anew.",
    "",
    "| package | version | licence |",
    "|---|---|---|",
    ...new Set(rows.sort()),
    "",
  ].join("\n");
}

if (import.meta.main) {
  const list = licenceList(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  if (!process.argv.includes("--check")) await writeFile(FILE, list);
  else if (list !== (await readFile(FILE, "utf8"))) {
    process.stderr.write("LICENCES.md differs from the lockfile: run `npm run licences`\n");
    process.exitCode = 1;
  }
}
