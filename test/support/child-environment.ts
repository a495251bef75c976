import { fileURLToPath } from "node:url";

/** The environment for a Node child process of a test: it and its own children stay on loopback. */
export const CHILD_ENVIRONMENT = {
  NODE_OPTIONS: `--import=${new URL("../setup/loopback-only.ts", import.meta.url).href}`,
  // Compiling the modules is half of the CPU of a short process. Node compares each file with what it compiled.
  NODE_COMPILE_CACHE: fileURLToPath(
    new URL("../../node_modules/.cache/compiled-modules", import.meta.url),
  ),
};
