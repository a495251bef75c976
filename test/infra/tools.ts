import { fileURLToPath } from "node:url";

/** The path of a tool that `.ci/install-tools` installed. */
export function tool(path: string): string {
  return fileURLToPath(new URL(`../../.ci/cache/${path}`, import.meta.url));
}

/** The absolute path of a file of the project. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
