import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{test,infra/examples}/**/*.test.ts"],
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/loopback-only.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
