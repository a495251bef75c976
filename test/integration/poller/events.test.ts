import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
beforeAll(async () => {
  world = await startPollerWorld({ "/done": () => ({ status: 200 }) });
});
afterAll(() => world[Symbol.asyncDispose]());

const invoke = async (event: unknown, environment = {}) =>
  Reflect.apply(await world.load(environment), undefined, [event, lambdaContext()]);

describe("the built function", () => {
  it("polls the bare list of records that an EventBridge Pipe sends, and logs them", async () => {
    let output = "";
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
    const { Records } = await world.queues.event(world.message("/done"));
    expect(await invoke(Records, { LOG_LEVEL: "DEBUG" })).toEqual({ batchItemFailures: [] });
    vi.restoreAllMocks();
    expect(await world.bodies(world.queues.outcomeQueueUrl)).toHaveLength(1);
    expect(output).toContain(`"messageId":"${Records[0]?.messageId}"`);
  });

  it.each([undefined, null, {}, { Records: "x" }, "x", [7], { Records: [null] }, { detail: {} }])(
    "fails on an event without records: %j",
    async (event) => {
      await expect(invoke(event)).rejects.toThrow(/wants an? SQS|wants SQS records/);
    },
  );

  it("answers an empty batch", async () => {
    expect(await invoke({ Records: [] })).toEqual({ batchItemFailures: [] });
  });
});
