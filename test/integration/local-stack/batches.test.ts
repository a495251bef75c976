import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { bodies, eventually, PROCESSES_ALL, startTestStack } from "./test-stack.ts";

const spanSchema = z.object({ from: z.number(), to: z.number() });

describe.concurrent("batches on the local stack", () => {
  it("passes a record to the function, deletes it, and reports the result", async () => {
    await using stack = await startTestStack({
      code: PROCESSES_ALL,
    });
    await stack.send("hello");
    await eventually(() => expect(stack.invocations.length).toBe(1));
    expect(stack.invocations[0]).toMatchObject({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      records: [{ body: "hello", attributes: { ApproximateReceiveCount: "1" } }],
      response: { batchItemFailures: [] },
    });
    expect(stack.invocations[0]).not.toHaveProperty("error");
    expect(await stack.depth()).toBe(0);
  });

  it("invokes as soon as a batch is full, long before its window ends", async () => {
    await using stack = await startTestStack({
      code: PROCESSES_ALL,
      event: { BatchSize: 100, MaximumBatchingWindowInSeconds: 300 },
    });
    const sent = Array.from({ length: 100 }, (_, index) => `poll-${index}`);
    await stack.send(...sent);
    await eventually(() => expect(stack.invocations.length).toBe(1));
    expect(stack.invocations.flatMap(bodies).toSorted()).toEqual(sent.toSorted());
  });

  it("invokes with the waiting records when the window ends", async () => {
    await using stack = await startTestStack({
      code: PROCESSES_ALL,
      event: { BatchSize: 100, MaximumBatchingWindowInSeconds: 1 },
    });
    const startedAt = performance.now();
    await stack.send("first", "second");
    await eventually(() => expect(stack.invocations.length).toBe(1));
    expect(performance.now() - startedAt).toBeGreaterThan(990);
    expect(stack.invocations.flatMap(bodies).toSorted()).toEqual(["first", "second"]);
  });

  it("runs as many invocations at once as allowed, and no more", async () => {
    await using stack = await startTestStack({
      code: `
        export const handler = async () => {
          const from = Date.now();
          await new Promise((resolve) => setTimeout(resolve, 1000));
          return { from, to: Date.now() };
        };`,
      event: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
    });
    await stack.send("1", "2", "3", "4", "5", "6");
    await eventually(() => expect(stack.invocations.length).toBe(6));
    const spans = stack.invocations.map(({ response }) => spanSchema.parse(response));
    const atOnce = spans.map(
      ({ from: start }) => spans.filter(({ from, to }) => from <= start && start < to).length,
    );
    expect(Math.max(...atOnce)).toBe(2);
  });

  it("uses the BatchSize of the template", async () => {
    await using stack = await startTestStack({
      code: PROCESSES_ALL,
      event: { BatchSize: 3 },
    });
    await stack.send("1", "2", "3", "4", "5", "6", "7");
    await eventually(() => expect(stack.invocations.flatMap(bodies).length).toBe(7));
    expect(Math.max(...stack.invocations.map(({ records }) => records.length))).toBeLessThanOrEqual(
      3,
    );
  });
});
