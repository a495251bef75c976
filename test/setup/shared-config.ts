import type { InlineConfig } from "vitest/node";
import { CHILD_ENVIRONMENT } from "../support/child-environment.ts";

// The processes that run the tests are started with this environment.
process.env.NODE_COMPILE_CACHE ||= CHILD_ENVIRONMENT.NODE_COMPILE_CACHE;

/** No test measures time: one that takes more than two minutes hangs, even on a slow and busy laptop. */
const ROOM_MS = 120_000;

/** How long `expect.poll` waits for a condition: less than a test has, so that the error names the condition. */
const CONDITION_MS = 60_000;

/** The settings that all vitest runs share. */
export const shared: InlineConfig = {
  setupFiles: ["test/setup/each-file.ts"],
  pool: "forks",
  // Tests wait as long as they compute, so two cores can run four files at once.
  maxWorkers: 4,
  testTimeout: ROOM_MS,
  hookTimeout: ROOM_MS,
  // Node runs TypeScript itself: a third of the tests' CPU went into loading modules through Vite. No test mocks modules.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  expect: { poll: { timeout: CONDITION_MS, interval: 20 } },
};
