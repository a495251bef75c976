import { defineConfig } from "vitest/config";

/** All of the crash matrix: what takes too long for every `npm test`. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    include: ["test/simulation/**/*.full.ts"],
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/loopback-only.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
