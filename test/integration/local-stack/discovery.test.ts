import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { lookAtMessages } from "../../../infra/local/sqs/look.ts";
import { createPollClient, localStack, readLocalStack } from "../../../lib/client/index.ts";
import { serve } from "../../support/running-cli.ts";
import { bodies, eventually, PROCESSES_ALL, startTestStack } from "./test-stack.ts";

const portOf = ({ endpoint }: { readonly endpoint: string }) => Number(new URL(endpoint).port);

async function takePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, [Symbol.dispose]: () => void server.close() };
}

/** Describes itself as a local stack does, and leaves the other requests to `others`. @returns its port */
async function describedStack(
  others: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const origin = await serve((request, response) => {
    if (request.url !== "/stack") return others(request, response);
    const endpoints = { sqs: origin, lambda: origin };
    const outputs = { QueueUrl: `${origin}/000000000000/polls` };
    response.end(JSON.stringify({ outputs, endpoints, region: "us-east-1", parameters: {} }));
  });
  return Number(new URL(origin).port);
}

describe("a local stack", () => {
  it("describes itself at its port", async () => {
    await using stack = await startTestStack({ code: PROCESSES_ALL });
    expect(await readLocalStack(portOf(stack))).toEqual({
      outputs: stack.outputs,
      endpoints: { sqs: stack.endpoint, lambda: stack.lambdaEndpoint },
      region: "us-east-1",
      parameters: {},
    });
  });

  it("is not there when nothing, or another program, answers at the port", async () => {
    using taken = await takePort();
    const { port } = taken;
    taken[Symbol.dispose]();
    await expect(readLocalStack(port)).rejects.toThrow(
      `port ${port}: no local stack is running there. Start one with "request-poller local --port ${port}"`,
    );
    await using stack = await startTestStack({ code: PROCESSES_ALL });
    const other = Number(new URL(stack.lambdaEndpoint).port);
    await expect(readLocalStack(other)).rejects.toThrow(/another program answers there/);
  });

  it.each([
    ["names another machine", "http://203.0.113.1:80", 200],
    ["names a host", "http://localhost.evil.example:9324", 200],
    ["redirects", "http://127.0.0.1:1", 307],
  ])("is not there when the program at the port %s", async (_, sqs, status) => {
    const origin = await serve((_request, response) => {
      const endpoints = { sqs, lambda: "http://127.0.0.1:1" };
      const description = { outputs: {}, endpoints, region: "us-east-1", parameters: {} };
      response.writeHead(status, { location: "/" }).end(JSON.stringify(description));
    });
    const { port } = new URL(origin);
    await expect(readLocalStack(Number(port))).rejects.toThrow(/another program answers there/);
  });

  it("says which path an older stack does not have", async () => {
    const port = await describedStack((_request, response) => response.writeHead(404).end("{}"));
    const { wakeMessage } = await localStack({ port });
    await expect(wakeMessage?.("a")).rejects.toThrow(
      `port ${port}: another program answers there, an older local stack, or one that is still starting (POST /stack/wake: 404)`,
    );
    await expect(lookAtMessages(port, { pollId: "a" })).rejects.toThrow(
      "(GET /stack/messages: 404)",
    );
  });

  // Both wait for the time that a program has for its answer.
  it.concurrent("is not there when the program at the port never answers", {
    timeout: 30_000,
  }, async ({ expect }) => {
    using taken = await takePort();
    await expect(readLocalStack(taken.port)).rejects.toThrow(/a program there does not answer/);
  });

  it.concurrent("is not there when its answer never ends", { timeout: 30_000 }, async ({
    expect,
  }) => {
    const port = await describedStack((_request, response) => response.write('{"woken":'));
    const { wakeMessage } = await localStack({ port });
    const asked = [wakeMessage?.("a"), lookAtMessages(port, { pollId: "a" })];
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(asked[0]).rejects.toThrow(/a program there does not answer/);
    await expect(asked[1]).rejects.toThrow(/a program there does not answer/);
  });

  it("takes a free port only when it may", async () => {
    using taken = await takePort();
    const { port } = taken;
    const start = (orFree: boolean) =>
      startTestStack({ code: PROCESSES_ALL, stack: { port: { port, orFree } } });
    await expect(start(false)).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
    await using stack = await start(true);
    expect(portOf(stack)).not.toBe(port);
  });

  it("receives nothing while it is paused, and goes on when it is resumed", async () => {
    await using stack = await startTestStack({
      code: PROCESSES_ALL,
      outputs: { FunctionArn: { Value: { Ref: "Poller.Alias" } } },
    });
    const target = await localStack({ port: portOf(stack) });
    const client = createPollClient(target);
    expect(await client.isPaused()).toBe(false);
    await client.pause();
    expect(await client.isPaused()).toBe(true);
    await stack.send("waits");
    const { waiting, inFlight } = await client.depths();
    expect({ waiting, inFlight }).toEqual({ waiting: 1, inFlight: 0 });
    expect(stack.invocations).toEqual([]);
    await client.resume();
    await eventually(() => expect(stack.invocations.map(bodies)).toEqual([["waits"]]));
    expect(await client.isPaused()).toBe(false);
    target.sqs.destroy();
    target.lambda.destroy();
  });

  it("says which event source it does not have", async () => {
    await using stack = await startTestStack({ code: PROCESSES_ALL });
    const target = await localStack({ port: portOf(stack) });
    const client = createPollClient({ ...target, functionName: "other" });
    await expect(client.pause()).rejects.toThrow(/function other: has no event source mapping/);
    await expect(createPollClient(target).pause()).rejects.toThrow(
      "pause: make the client with functionName, the stack's output FunctionArn",
    );
    target.sqs.destroy();
    target.lambda.destroy();
  });
});
