import { defineConfig } from "vitest/config";
import { shared } from "../setup/shared-config.ts";

/** What needs more than Node and npm: `.ci/install-tools` brings it. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: { ...shared, include: ["test/infra/**/*.check.ts"], globalSetup: ["test/setup/build.ts"] },
});
