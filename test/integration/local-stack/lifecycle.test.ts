import { execFile } from "node:child_process";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../../../infra/local/stack.ts";
import { bodies, eventually, PROCESSES_ALL, startTestStack, testTemplate } from "./test-stack.ts";

const STACK = new URL("../../../infra/local/stack.ts", import.meta.url).href;

async function attributesOf({ sqs, queueUrl: QueueUrl }: LocalStack) {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
  const { Attributes = {} } = await sqs.send(command);
  return Attributes;
}

describe.concurrent("the local stack", () => {
  it("creates its queues with the template's properties", async () => {
    await using stack = await startTestStack({
      code: PROCESSES_ALL,
      queue: { VisibilityTimeout: 77, MessageRetentionPeriod: 1_209_600, DelaySeconds: 3 },
    });
    const attributes = await attributesOf(stack);
    expect(attributes).toMatchObject({
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:request-poller-Work",
      VisibilityTimeout: "77",
      MessageRetentionPeriod: "1209600",
      DelaySeconds: "3",
    });
    expect(JSON.parse(attributes.RedrivePolicy ?? "")).toMatchObject({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:request-poller-Dead",
    });
  });

  it("waits for a running invocation before it closes", async () => {
    await using stack = await startTestStack({
      code: `export const handler = async () => {
        console.log("started");
        await new Promise((resolve) => setTimeout(resolve, 300));
        return { batchItemFailures: [] };
      };`,
    });
    await stack.send("a");
    await eventually(() => expect(stack.logs).toEqual(["started"]));
    await stack.close();
    expect(stack.invocations.map(bodies)).toEqual([["a"]]);
    expect(stack.invocations[0]).not.toHaveProperty("error");
    await stack.close();
  });

  it("invokes with the gathered records when it closes", async () => {
    await using stack = await startTestStack({
      code: PROCESSES_ALL,
      event: { BatchSize: 100, MaximumBatchingWindowInSeconds: 300 },
    });
    await stack.send("a");
    await eventually(async () => {
      const { ApproximateNumberOfMessagesNotVisible } = await attributesOf(stack);
      expect(ApproximateNumberOfMessagesNotVisible).toBe("1");
    });
    expect(stack.invocations).toEqual([]);
    await stack.close();
    expect(stack.invocations).toMatchObject([
      { records: [{ body: "a" }], response: { batchItemFailures: [] } },
    ]);
  });

  it("keeps messages in a data folder, and updates its queues from the template", async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), "local-stack-data-"));
    const settings = { code: PROCESSES_ALL, stack: { dataDir: data.path } };
    {
      await using stack = await startTestStack({ ...settings, event: { Enabled: false } });
      await stack.send("kept");
    }
    {
      await using stack = await startTestStack({ ...settings, queue: { VisibilityTimeout: 601 } });
      await eventually(() => expect(stack.invocations.map(bodies)).toEqual([["kept"]]));
      expect(await attributesOf(stack)).toMatchObject({ VisibilityTimeout: "601" });
    }
  });

  it("leaves nothing open: after close, the process ends by itself", async () => {
    await using temporary = await mkdtempDisposable(join(tmpdir(), "local-stack-process-"));
    const folder = temporary.path;
    await writeFile(join(folder, "template.json"), testTemplate({ code: PROCESSES_ALL }));
    await writeFile(join(folder, "index.mjs"), PROCESSES_ALL);
    const program = `
      import { startLocalStack } from ${JSON.stringify(STACK)};
      const { promise, resolve } = Promise.withResolvers();
      const stack = await startLocalStack({
        templatePath: ${JSON.stringify(join(folder, "template.json"))},
        onInvocation: resolve,
      });
      await fetch(stack.endpoint, {
        method: "POST",
        headers: { "x-amz-target": "AmazonSQS.SendMessage", "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify({ QueueUrl: stack.queueUrl, MessageBody: "a" }),
      });
      await promise;
      await stack.close();
      console.log("closed");`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { timeout: 60_000 },
    );
    expect(stdout).toBe("closed\n");
  });

  it("says why it cannot start, and leaves no server running", async () => {
    await using temporary = await mkdtempDisposable(join(tmpdir(), "local-stack-broken-"));
    const folder = temporary.path;
    const templatePath = join(folder, "template.json");
    await writeFile(templatePath, testTemplate({ code: "" }));
    await expect(startLocalStack({ templatePath })).rejects.toThrow(
      `Poller: no file for index.handler in ${folder}: run "npm run build" first`,
    );
    await expect(startLocalStack({ templatePath, parameters: { Stage: "x" } })).rejects.toThrow(
      "Parameters.Stage: the template has no such parameter",
    );
    await writeFile(templatePath, testTemplate({ code: "", queue: { DelaySeconds: 901 } }));
    await writeFile(join(folder, "index.mjs"), PROCESSES_ALL);
    await expect(startLocalStack({ templatePath })).rejects.toThrow(
      /Resources\.Work: .*DelaySeconds/,
    );
  });

  it("serves any SQS client while it runs", async () => {
    await using stack = await startTestStack({ code: PROCESSES_ALL });
    const { $metadata } = await stack.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: stack.outcomeQueueUrl }),
    );
    expect($metadata.httpStatusCode).toBe(200);
  });
});
