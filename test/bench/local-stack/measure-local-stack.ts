import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as after } from "node:timers/promises";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { listenOnLoopback } from "../../../infra/local/http/listen.ts";
import { sendMessages } from "../../../lib/sqs/batch-calls.ts";
import { inBatches } from "../../../lib/sqs/batches.ts";

/** The performance of a local stack with polls that were all submitted at once. */
export interface LocalStackFigures extends StackReport {
  readonly polls: number;
  readonly busyLoops: number;
  /** From the first sent message to the last outcome. */
  readonly seconds: number;
  /** The number of polls, or fewer when `timeoutSeconds` of the load ended before. */
  readonly outcomes: number;
  readonly deadLetters: number;
}

export interface StackReport {
  readonly invocations: number;
  readonly failedInvocations: number;
  /** Records that an invocation reported as failed. */
  readonly failedRecords: number;
  readonly cpuSeconds: number;
  /** Peak of the process's resident memory. */
  readonly peakMegabytes: number;
}

export interface LocalStackLoad {
  readonly polls: number;
  /** Other processes that use all the CPU time they get. */
  readonly busyLoops: number;
  readonly timeoutSeconds: number;
}

const stackSchema = z.object({
  endpoint: z.string(),
  queueUrl: z.string(),
  outcomeQueueUrl: z.string(),
  deadLetterQueueUrl: z.string(),
});
const reportSchema = z.object({
  invocations: z.number(),
  failedInvocations: z.number(),
  failedRecords: z.number(),
  cpuSeconds: z.number(),
  peakMegabytes: z.number(),
});

/**
 * Submits polls, each of which is pending once, to a local stack in a separate process, and waits for their outcomes.
 */
export async function measureLocalStack(load: LocalStackLoad): Promise<LocalStackFigures> {
  const { polls, busyLoops, timeoutSeconds } = load;
  const asked = new Set<string>();
  const jobs = http.createServer(({ url = "" }, response) => {
    response.writeHead(asked.has(url) ? 200 : 202).end();
    asked.add(url);
  });
  const origin = await listenOnLoopback(jobs, "The job API");
  const hogs = Array.from({ length: busyLoops }, () => spawn("sh", ["-c", "while :; do :; done"]));
  const child = fork(join(import.meta.dirname, "stack-process.ts"));
  try {
    const { endpoint, queueUrl, outcomeQueueUrl, deadLetterQueueUrl } = stackSchema.parse(
      await nextMessage(child),
    );
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials });
    const count = (url: string) => messagesIn(sqs, url);
    const startedAt = performance.now();
    const messages = Array.from({ length: polls }, (_, n) => ({
      body: JSON.stringify({
        pollId: `poll-${n}`,
        request: { url: `${origin}/${n}` },
        delaySeconds: 1,
      }),
    }));
    for (const batch of inBatches(messages)) await sendMessages(sqs, queueUrl, batch);
    const elapsed = () => (performance.now() - startedAt) / 1000;
    const ended = async () => (await count(outcomeQueueUrl)) + (await count(deadLetterQueueUrl));
    while ((await ended()) < polls && elapsed() < timeoutSeconds) await after(500);
    const seconds = elapsed();
    const outcomes = await count(outcomeQueueUrl);
    const deadLetters = await count(deadLetterQueueUrl);
    child.send("report");
    const report = reportSchema.parse(await nextMessage(child));
    await once(child, "exit");
    sqs.destroy();
    return { polls, busyLoops, seconds, outcomes, deadLetters, ...report };
  } finally {
    for (const hog of hogs) hog.kill("SIGKILL");
    if (child.exitCode === null) child.kill("SIGKILL");
    jobs.close();
    jobs.closeAllConnections();
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error("the process of the stack ended");
    }),
  ]);
  return message;
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const command = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ["ApproximateNumberOfMessages"],
  });
  return Number((await sqs.send(command)).Attributes?.ApproximateNumberOfMessages);
}
