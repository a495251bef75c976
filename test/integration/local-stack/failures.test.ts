import { describe, expect, it } from "vitest";
import { bodies, eventually, startTestStack } from "./test-stack.ts";

describe.concurrent("failures on the local stack", () => {
  it("leaves reported records to become visible again, and deletes the others", async () => {
    await using stack = await startTestStack({
      code: `export const handler = async ({ Records }) => ({
        batchItemFailures: Records
          .filter(({ body, attributes }) => body === "bad" && attributes.ApproximateReceiveCount === "1")
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      });`,
      queue: { VisibilityTimeout: 2 },
    });
    await stack.send("good", "bad");
    await eventually(() => expect(stack.invocations.flatMap(bodies).length).toBe(3));
    expect(stack.invocations.flatMap(bodies).filter((body) => body === "bad")).toHaveLength(2);
    const again = stack.invocations.at(-1);
    expect(again?.records).toMatchObject([
      { body: "bad", attributes: { ApproximateReceiveCount: "2" } },
    ]);
  });

  it.each([
    ["names a stranger", "return { batchItemFailures: [{ itemIdentifier: 'x' }] };", "names x"],
    ["misspells the key", "return { batchItemFailures: [{ id: 'x' }] };", "is not {"],
    ["is text", "return 'done';", 'the response "done" is not'],
    ["is an error", "throw new RangeError('out');", "the function failed: RangeError: out"],
    ["is a thrown null", "throw null;", "the function failed: object: null"],
  ])("fails the whole batch when the answer %s", async (_name, body, problem) => {
    await using stack = await startTestStack({
      code: `export const handler = async () => { ${body} };`,
      queue: {
        RedrivePolicy: {
          deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] },
          maxReceiveCount: 1,
        },
      },
    });
    await stack.send("a", "b");
    await eventually(() => expect(stack.invocations.flatMap(bodies).length).toBe(2));
    for (const { error } of stack.invocations) expect(error).toContain(problem);
    await eventually(async () =>
      expect((await stack.peek(stack.deadLetterQueueUrl)).toSorted()).toEqual(["a", "b"]),
    );
  });

  it("moves a record to the dead-letter queue after as many receives as the template says", async () => {
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
    await eventually(async () =>
      expect(await stack.peek(stack.deadLetterQueueUrl)).toEqual(["poison"]),
    );
    expect(stack.invocations.map(bodies)).toEqual([["poison"], ["poison"]]);
  });

  it("takes any answer for a success when the event reports no batch item failures", async () => {
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
