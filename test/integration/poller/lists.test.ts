import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type SecretsServer, startSecretsServer } from "../../support/secrets-server.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
let aws: SecretsServer;
beforeEach(async () => {
  world = await startPollerWorld({ "/done": () => ({ status: 200 }) });
  aws = await startSecretsServer();
});
afterEach(async () => {
  vi.useRealTimers();
  await aws[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const load = (environment: Record<string, string>) =>
  world.load({ AWS_ENDPOINT_URL_SSM: aws.url, ...environment });

async function poll(handler: Awaited<ReturnType<typeof load>>) {
  const event = await world.queues.event(world.message("/done"));
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
  const [body = "{}"] = await world.bodies(world.queues.outcomeQueueUrl);
  world.queues.advance(3_600_000);
  return JSON.parse(body);
}

describe("a list in a parameter of Systems Manager", () => {
  it("may have more than 4 KB, and a change takes effect in a running function, even on open connections", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const hosts = Array.from({ length: 300 }, (_, n) => `host-${n}.example`);
    aws.secrets.set("ssm:/lists/deny", hosts.join(","));
    expect(hosts.join(",").length).toBeGreaterThan(4096);
    const handler = await load({ POLL_DENY_HOSTS: "parameter:/lists/deny" });
    expect(await poll(handler)).toMatchObject({ status: "succeeded" });

    aws.secrets.set("ssm:/lists/deny", [...hosts, "127.0.0.1"].join(","));
    vi.setSystemTime(Date.now() + 61_000);
    expect(await poll(handler)).toMatchObject({
      status: "failed",
      error: {
        message: "host 127.0.0.1 is in POLL_DENY_HOSTS; the stack's parameter DenyHosts lists it",
      },
    });
    expect(world.jobs.countOf("/done")).toBe(1);
  });

  it("fails the start with its name if it does not exist", async () => {
    await expect(load({ POLL_ALLOW_HOSTS: "parameter:/lists/none" })).rejects.toThrow(
      "/lists/none",
    );
  });

  it("is read again at once when it was wrong", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    aws.secrets.set("ssm:/lists/allow", "127.0.0.1");
    const handler = await load({ POLL_ALLOW_HOSTS: "parameter:/lists/allow" });
    aws.secrets.set("ssm:/lists/allow", "https://127.0.0.1");
    vi.setSystemTime(Date.now() + 3_700_000);
    const event = await world.queues.event(world.message("/done"));
    await expect(handler(event, lambdaContext())).rejects.toThrow(
      "/lists/allow must be host names",
    );
    aws.secrets.set("ssm:/lists/allow", "127.0.0.1");
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
  });

  it("is not read if the environment names none", async () => {
    expect(await poll(await load({ POLL_ALLOW_HOSTS: "127.0.0.1" }))).toMatchObject({
      status: "succeeded",
    });
    expect(aws.reads).toEqual([]);
  });
});
