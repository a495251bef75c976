/** An environment that keeps a Node child process, and its own children, on loopback. */
export const LOOPBACK_ONLY = {
  NODE_OPTIONS: `--import=${new URL("../setup/loopback-only.ts", import.meta.url).href}`,
};
