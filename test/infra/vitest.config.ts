import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";

/** What needs more than Node and npm: `.ci/install-tools` brings it. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    ...base.test,
    include: ["test/infra/**/*.check.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
