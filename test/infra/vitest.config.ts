import { defineConfig } from "vitest/config";

/** What needs more than Node and npm: `.ci/install-tools` brings it. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    include: ["test/infra/**/*.check.ts"],
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/loopback-only.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
