import { fileURLToPath } from "node:url";

/** The path of a tool that `.ci/install-tools` installed. */
export function tool(path: string): string {
  return fileURLToPath(new URL(`../../.ci/cache/${path}`, import.meta.url));
}

/** The path of a file of the project, from its root. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
