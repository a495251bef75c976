/** Holds a child process that runs Node, and its own, as test/setup/loopback-only.ts holds a test. */
export const LOOPBACK_ONLY = {
  NODE_OPTIONS: `--import=${new URL("../setup/loopback-only.ts", import.meta.url).href}`,
};
