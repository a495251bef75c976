import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetQueueAttributesCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { expect, it, vi } from "vitest";
import { type LocalInvocation, startLocalStack } from "../../../infra/local/stack.ts";
import { PROCESSES_ALL } from "./test-stack.ts";

const DEPLOYED = new URL("../../../infra/template.yaml", import.meta.url);

/** Runs a changed copy of the deployed template locally, and returns its settings. */
async function runTemplate(text: string) {
  await using folder = await mkdtempDisposable(join(tmpdir(), "template-"));
  const templatePath = join(folder.path, "template.yaml");
  await writeFile(templatePath, text.replace("CodeUri: ../dist/poller", "CodeUri: ."));
  await writeFile(join(folder.path, "index.mjs"), PROCESSES_ALL);
  const invocations: LocalInvocation[] = [];
  const onInvocation = (invocation: LocalInvocation) => void invocations.push(invocation);
  const stack = await startLocalStack({ templatePath, maximumConcurrency: 1, onInvocation });
  try {
    const { sqs, queueUrl: QueueUrl } = stack;
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
    const { Attributes = {} } = await sqs.send(asked);
    const Entries = Array.from({ length: 10 }, (_, id) => ({ Id: `${id}`, MessageBody: "{}" }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const sizes = () => invocations.map(({ records }) => records.length);
    await vi.waitFor(() => expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(10), 60_000);
    return { attributes: Attributes, largestBatch: Math.max(...sizes()) };
  } finally {
    await stack.close();
  }
}

it("runs the deployed template: a change in it changes the local stack", async () => {
  const text = await readFile(DEPLOYED, "utf8");
  const before = await runTemplate(text);
  expect(JSON.parse(before.attributes.RedrivePolicy ?? "")).toMatchObject({ maxReceiveCount: 5 });
  // Six times the timeout plus the batching window.
  expect(before.attributes.VisibilityTimeout).toBe("721");

  const changed = text
    .replace("maxReceiveCount: 5", "maxReceiveCount: 9")
    .replace('"120": { "1": 721', '"120": { "1": 722')
    .replace(/(\n {2}BatchSize:\n(?: {4}.*\n)*? {4}Default:) 100/, "$1 3");
  const after = await runTemplate(changed);
  expect(JSON.parse(after.attributes.RedrivePolicy ?? "")).toMatchObject({ maxReceiveCount: 9 });
  expect(after.attributes.VisibilityTimeout).toBe("722");
  expect(after.largestBatch).toBeLessThanOrEqual(3);
  expect(before.largestBatch).toBeGreaterThan(3);
});
