import { defineConfig } from "vitest/config";
import { shared } from "./test/setup/shared-config.ts";

export default defineConfig({
  test: {
    ...shared,
    // Files share no state, and to load the modules for each file again takes longer than most of the files.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["{test,infra/examples}/**/*.test.ts"],
          exclude: ["test/unit/**"],
          globalSetup: ["test/setup/build.ts"],
        },
      },
    ],
  },
});
