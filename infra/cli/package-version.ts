import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { packageRoot } from "../local/package-root.ts";

const manifestSchema = z.object({ version: z.string() });

/** The version in this package's manifest. */
export function packageVersion(): string {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  return manifestSchema.parse(JSON.parse(text)).version;
}
