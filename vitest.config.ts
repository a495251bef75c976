import { defineConfig } from "vitest/config";
import { shared } from "./test/setup/shared-config.ts";

export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          // They share no state, and a process per file takes longer than most of the files.
          isolate: false,
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
