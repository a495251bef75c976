import { describe, expect, it } from "vitest";
import { bodies, eventually, startTestStack } from "./test-stack.ts";

describe.concurrent("failures on the local stack", () => {
  it("deletes the records that were not reported; the others become visible again", async () => {
    await using stack = await startTestStack({
      code: `export const handler = async ({ Records }) => ({
        batchItemFailures: Records
          .filter(({ body, attributes }) => body === "bad" && attributes.ApproximateReceiveCount === "1")
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      });`,
      event: { BatchSize: 100, MaximumBatchingWindowInSeconds: 1 },
    });
    await stack.send("good", "bad");
    await eventually(() => expect(stack.invocations.flatMap(bodies).length).toBe(2));
    expect(await stack.depth()).toBe(1);
    const records = stack.invocations.flatMap((invocation) => invocation.records);
    await stack.showAgain(records.find(({ body }) => body === "bad"));
    await eventually(() => expect(stack.invocations.flatMap(bodies).length).toBe(3));
    expect(stack.invocations.at(-1)?.records).toMatchObject([
      { body: "bad", attributes: { ApproximateReceiveCount: "2" } },
    ]);
    expect(await stack.depth()).toBe(0);
  });

  it.each([
    [
      "names an unknown record",
      "return { batchItemFailures: [{ itemIdentifier: 'x' }] };",
      "names x",
    ],
    ["misspells the key", "return { batchItemFailures: [{ id: 'x' }] };", "is not {"],
    ["is text", "return 'done';", 'the response "done" is not'],
    ["is an error", "throw new RangeError('out');", "the function failed: RangeError: out"],
    ["is a thrown null", "throw null;", "the function failed: object: null"],
  ])("fails the whole batch when the answer %s", async (_name, body, problem) => {
    await using stack = await startTestStack({
      code: `export const handler = async () => { ${body} };`,
    });
    await stack.send("a", "b");
    await eventually(() => expect(stack.invocations.flatMap(bodies).length).toBe(2));
    for (const { error } of stack.invocations) expect(error).toContain(problem);
    expect(await stack.depth()).toBe(2);
  });

  it("moves a record to the dead-letter queue after the template's maxReceiveCount", async () => {
    await using stack = await startTestStack({
      code: "export const handler = async () => { throw new Error('always'); };",
      queue: {
        RedrivePolicy: {
          deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] },
          maxReceiveCount: 2,
        },
      },
    });
    await stack.send("poison");
    for (const receives of [1, 2]) {
      await eventually(() => expect(stack.invocations.length).toBe(receives));
      expect(await stack.peek(stack.deadLetterQueueUrl)).toEqual([]);
      await stack.showAgain(stack.invocations.at(-1)?.records[0]);
    }
    await eventually(async () =>
      expect(await stack.peek(stack.deadLetterQueueUrl)).toEqual(["poison"]),
    );
    expect(stack.invocations.map(bodies)).toEqual([["poison"], ["poison"]]);
  });

  it("treats any answer as success without ReportBatchItemFailures", async () => {
    await using stack = await startTestStack({
      code: "export const handler = async () => 'done';",
      event: { FunctionResponseTypes: [] },
    });
    await stack.send("a");
    await eventually(() => expect(stack.invocations.length).toBe(1));
    expect(stack.invocations[0]).toMatchObject({ response: "done" });
    expect(stack.invocations[0]).not.toHaveProperty("error");
  });
});
