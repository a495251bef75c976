import { findPackageJSON } from "node:module";
import { dirname } from "node:path";

/** The folder of this package, both from its sources and from `dist/package`. */
export function packageRoot(): string {
  const manifest = findPackageJSON(import.meta.url);
  if (manifest === undefined) {
    throw new Error(`no package.json above ${import.meta.filename}: install the package again`);
  }
  return dirname(manifest);
}
