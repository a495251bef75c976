import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../local/package-root.ts";

/** The version in this package's package.json. */
export function packageVersion(): string {
  const path = join(packageRoot(), "package.json");
  // No schema here: loading zod takes longer than everything else that `--version` does.
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error(`${path} has no version: install the package again`);
}
