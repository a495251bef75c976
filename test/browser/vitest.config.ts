import { defineConfig } from "vitest/config";
import { shared } from "../setup/shared-config.ts";

/** Tests of the page in a real browser: `.ci/install-browser` installs it. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    ...shared,
    // A test looks at several views with axe-core, which takes seconds each on a busy machine.
    testTimeout: 300_000,
    include: ["test/browser/**/*.browser.ts"],
    globalSetup: ["test/setup/build.ts"],
    // Each file starts a browser, which is larger than all else.
    maxWorkers: 1,
  },
});
