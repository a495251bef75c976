import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { startLocalStack } from "../../../infra/local/stack.ts";
import { startHttpJobs } from "../../support/http-jobs.ts";
import { receiveAll } from "./receive-all.ts";

it("remembers after a restart which polls have ended", async () => {
  await using data = await mkdtempDisposable(join(tmpdir(), "local-stack-kept-"));
  const jobs = await startHttpJobs({ "/job": () => ({ status: 200, body: { ready: true } }) });
  const outcomes: string[] = [];
  for (const _ of ["first", "again"]) {
    const stack = await startLocalStack({
      dataDir: data.path,
      parameters: { LogLevel: "SILENT" },
    });
    const MessageBody = JSON.stringify({ pollId: "once", request: { url: `${jobs.url}/job` } });
    await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrl, MessageBody }));
    const before = outcomes.length;
    while (outcomes.length === before) {
      outcomes.push(...(await receiveAll(stack.sqs, stack.outcomeQueueUrl)));
    }
    await expect(startLocalStack({ dataDir: data.path })).rejects.toThrow(
      `in use by process ${process.pid}`,
    );
    await stack.close();
  }
  await jobs.close();
  expect(jobs.countOf("/job")).toBe(1);
  expect(new Set(outcomes).size).toBe(1);
});
