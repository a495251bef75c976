import { defineConfig } from "vitest/config";
import { shared } from "../setup/shared-config.ts";

/** Tests that need more than Node and npm: `.ci/install-tools` installs it. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: { ...shared, include: ["test/infra/**/*.check.ts"], globalSetup: ["test/setup/build.ts"] },
});
