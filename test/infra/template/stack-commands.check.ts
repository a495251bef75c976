import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { runCli } from "../../support/running-cli.ts";
import { startMoto } from "../moto.ts";
import { deploy } from "./deploy.ts";

it("shows, cancels, redrives and pauses on a deployed stack", async () => {
  await using moto = await startMoto();
  const { outputs } = await deploy(moto, "commands", "infra/template.yaml", {});
  const sqs = new SQSClient({ ...moto.client, useQueueUrlAsEndpoint: false });
  const run = (args: readonly string[], input?: string) =>
    runCli(
      [...args, "--stack", "commands", "--region", "us-east-1", "--endpoint-url", moto.endpoint],
      input,
      { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    );
  const send = (QueueUrl: string | undefined, body: object, attributes: object = {}) =>
    sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), ...attributes }),
    );
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  try {
    expect(await run(["cancel", "p-1", "--unseen"])).toMatchObject({
      code: 0,
      stdout: "p-1: cancelled\n",
    });
    expect((await run(["status", "p-1"])).stdout).toMatch(/^p-1 {2}cancelled\n/);
    expect((await run(["list", "--state", "cancelled"])).stdout).toMatch(/^p-1 +cancelled/m);

    const outcome = {
      outcomeId: "o-1",
      pollId: "p-2",
      status: "failed",
      retryCount: 0,
      startedAt: "2026-01-01T00:00:00.000Z",
      finishedAt: "2026-01-01T00:00:01.000Z",
    };
    await send(outputs.OutcomeQueueUrl, outcome);
    expect(await run(["outcomes", "--delete"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("p-2: failed after 0 retries"),
    });

    const message = { pollId: "p-3", request: { url: "https://example.com/" } };
    const MessageAttributes = { status: text("poison"), reason: text("it is wrong") };
    await send(outputs.DeadLetterQueueUrl, message, { MessageAttributes });
    expect((await run(["dead-letters"])).stdout).toMatch(/^p-3 {2}poison .*\n {2}it is wrong\n/);
    expect(await run(["redrive", "--only", "poison"])).toMatchObject({
      code: 0,
      stdout: "1 moved to the poll queue of stack commands\n",
    });

    expect(await run(["pause"])).toMatchObject({ code: 0 });
    expect((await run(["status", "p-3"])).stderr).toContain("is paused");
    expect(await run(["resume"])).toMatchObject({ code: 0 });
    expect(await run(["watch", "--profile", "nobody"])).toMatchObject({ code: 2 });
  } finally {
    sqs.destroy();
  }
});

it("says what a stack without a table cannot do, and which stack does not exist", async () => {
  await using moto = await startMoto();
  await deploy(moto, "bare", "infra/template.yaml", { Fence: "false" });
  const run = (...args: readonly string[]) =>
    runCli(args, "", {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
  expect(await run("list", "--stack", "bare")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("stack bare has no table (its parameter Fence is false)"),
  });
  expect(await run("dead-letters", "--stack", "bare")).toMatchObject({ code: 0 });
  expect(await run("list", "--stack", "absent")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is no stack absent in us-east-1"),
  });
});
