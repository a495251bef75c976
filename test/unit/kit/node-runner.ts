import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createTestQueue, runStack } from "../../kit/index.ts";

test("a stack under node:test with mocked timers", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"] });
  const queue = createTestQueue();
  const stack = runStack(() => queue.clock.sleep(1000), { queue });
  queue.send({ job: 7 });
  await stack.advance("3d");
  assert.equal(stack.invocations.length, 1);
  assert.deepEqual(queue.messages(), []);
  mock.timers.reset();
});
