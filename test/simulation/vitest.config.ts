import { defineConfig } from "vitest/config";
import { shared } from "../setup/shared-config.ts";

/** The whole crash matrix, which takes too long for every `npm test`. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    ...shared,
    include: ["test/simulation/**/*.full.ts"],
    globalSetup: ["test/setup/build.ts"],
  },
});
