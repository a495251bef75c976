import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createTestQueue, runStack } from "../../kit/index.ts";

describe("the kit", () => {
  afterEach(() => vi.useRealTimers());

  it("runs under node:test with its mocked timers", async () => {
    const file = join(import.meta.dirname, "node-runner.ts");
    const { stdout } = await promisify(execFile)(process.execPath, ["--test", file]);
    expect(stdout).toMatch(/pass 1\n/);
  });

  it("is not affected by a test's fake timers", async () => {
    vi.useFakeTimers();
    const queue = createTestQueue();
    const stack = runStack(() => queue.clock.sleep(1000), { queue });
    queue.send({ job: 7 });
    await stack.advance("3d");
    expect(stack.invocations).toHaveLength(1);
  });
});
