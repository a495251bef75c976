import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";

/** All of the crash matrix: what takes too long for every `npm test`. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    ...base.test,
    include: ["test/simulation/**/*.full.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
