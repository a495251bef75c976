import type { InlineConfig } from "vitest/node";

/** No test measures the machine: what has not ended after two minutes hangs, on a slow and busy laptop too. */
const ROOM_MS = 120_000;

/** What every run of vitest has in common. */
export const shared: InlineConfig = {
  setupFiles: ["test/setup/loopback-only.ts"],
  pool: "forks",
  // Tests wait more than they compute: two cores bear three files at once.
  maxWorkers: 3,
  testTimeout: ROOM_MS,
  hookTimeout: ROOM_MS,
};
