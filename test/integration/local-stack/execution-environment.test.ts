import { describe, expect, it } from "vitest";
import { eventually, startTestStack } from "./test-stack.ts";

const ONE_AT_A_TIME = { BatchSize: 1 };

/** A handler that does what the record's body says. Each environment counts its invocations. */
const OBEDIENT = `
  let count = 0;
  export const handler = async ({ Records: [{ body }] }, context) => {
    count += 1;
    if (body === "exit") process.exit(3);
    if (body === "reject") { Promise.reject(new Error("unheard")); await new Promise(() => {}); }
    if (body === "spin") for (;;) {}
    if (body === "wait") await new Promise(() => {});
    if (body === "context") console.log(JSON.stringify({ ...context, left: context.getRemainingTimeInMillis() }));
    if (body === "env") console.log(JSON.stringify(process.env));
    if (body === "lines") { process.stdout.write("one\\ntw"); process.stdout.write("o\\n"); console.error("three"); }
    return { count };
  };`;

const obedientStack = ({ environment = {}, timeoutSeconds = 10 } = {}) =>
  startTestStack({
    code: OBEDIENT,
    function: { Timeout: timeoutSeconds },
    event: ONE_AT_A_TIME,
    stack: { maximumConcurrency: 1, environment },
  });

describe.concurrent("execution environments on the local stack", () => {
  it("reuses a warm environment", async () => {
    await using stack = await obedientStack();
    await stack.send("a");
    await stack.send("b");
    await eventually(() => expect(stack.invocations.length).toBe(2));
    expect(stack.invocations.map(({ response }) => response)).toEqual([{ count: 1 }, { count: 2 }]);
  });

  it.each([
    ["exit", "the function ended its process with exit code 3"],
    ["reject", "the function crashed: Error: unheard"],
    ["spin", "the function timed out after 1000 ms"],
    ["wait", "the function timed out after 1000 ms"],
  ])("on %j fails only that invocation, and starts a new environment", async (body, error) => {
    await using stack = await obedientStack({ timeoutSeconds: 1 });
    await stack.send("a");
    await eventually(() => expect(stack.invocations.length).toBe(1));
    await stack.send(body);
    await eventually(() => expect(stack.invocations.length).toBe(2));
    await stack.send("b");
    await eventually(() => expect(stack.invocations.length).toBe(3));
    expect(stack.invocations).toMatchObject([
      { response: { count: 1 } },
      { error },
      { response: { count: 1 } },
    ]);
  });

  it("passes Lambda's context to the handler", async () => {
    await using stack = await obedientStack();
    await stack.send("context");
    await eventually(() => expect(stack.logs.length).toBe(1));
    const context = JSON.parse(stack.logs[0] ?? "");
    await eventually(() => expect(stack.invocations.length).toBe(1));
    expect(context).toEqual({
      awsRequestId: stack.invocations[0]?.requestId,
      functionName: "request-poller-Poller",
      functionVersion: "1",
      invokedFunctionArn:
        "arn:aws:lambda:us-east-1:000000000000:function:request-poller-Poller:live",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/request-poller-Poller",
      logStreamName: "local/[1]",
      left: expect.any(Number),
    });
    expect(context.left).toBeGreaterThan(0);
    expect(context.left).toBeLessThanOrEqual(10_000);
  });

  it("has the template's and the stack's variables, and none of this process", async () => {
    await using stack = await obedientStack({ environment: { EXTRA: "given" } });
    await stack.send("env");
    await eventually(() => expect(stack.logs.length).toBe(1));
    const environment = JSON.parse(stack.logs[0] ?? "");
    expect(environment).toMatchObject({
      QUEUE_URL: stack.queueUrl,
      AWS_ENDPOINT_URL_SQS: stack.endpoint,
      POLL_ALLOW_PRIVATE: "true",
      EXTRA: "given",
      AWS_REGION: "us-east-1",
    });
    expect(environment).not.toHaveProperty("PATH");
    expect(environment).not.toHaveProperty("VITEST");
  });

  it("reports the function's output line by line", async () => {
    await using stack = await obedientStack();
    await stack.send("lines");
    await eventually(() => expect(stack.logs.toSorted()).toEqual(["one", "three", "two"]));
  });

  it.each([
    [
      "throws while it loads",
      "throw new SyntaxError('no config');",
      "index.handler could not be loaded: SyntaxError: no config",
    ],
    ["exports no handler", "export const other = 1;", "exports no function handler"],
    [
      "is not JavaScript",
      "export const handler = (;",
      "index.handler could not be loaded: SyntaxError",
    ],
    [
      "takes a callback",
      "export const handler = (event, context, callback) => {};",
      "takes a callback",
    ],
    ["exits while it loads", "process.exit(7);", "ended its process with exit code 7"],
  ])("fails every invocation of code that %s, with the reason", async (_name, code, error) => {
    await using stack = await startTestStack({ code, event: ONE_AT_A_TIME });
    await stack.send("a", "b");
    await eventually(() => expect(stack.invocations.length).toBe(2));
    for (const invocation of stack.invocations) expect(invocation.error).toContain(error);
  });
});
