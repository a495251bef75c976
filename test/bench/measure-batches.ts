import { performance } from "node:perf_hooks";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";

/** The measurements of a contender's batches. */
export interface BatchFigures {
  readonly records: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly failures: number;
}

/** The task of the child process: see `main.ts`. */
interface Task {
  readonly bundle: string;
  readonly batches: number;
  readonly records: number;
  readonly url: string;
}

/** Runs in a separate process, so that the servers' work is not counted. */
async function measure(task: Task): Promise<BatchFigures> {
  const { handler } = await import(task.bundle);
  let failures = 0;
  const run = async (batch: number, records: number) => {
    const response: SQSBatchResponse = await handler(event(batch, records, task.url), context());
    failures += response.batchItemFailures.length;
  };
  // Nearly every batch runs in a warm sandbox: connections and code are warmed up first.
  await run(0, Math.min(10, task.records));
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let batch = 1; batch <= task.batches; batch++) await run(batch, task.records);
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { records: task.batches * task.records, wallMs, cpuMs: (user + system) / 1000, failures };
}

function event(batch: number, records: number, url: string): SQSEvent {
  const body = (n: number) =>
    JSON.stringify({ pollId: `poll-${batch}-${n}`, request: { url }, retryCount: 3 });
  return {
    Records: Array.from({ length: records }, (_, n) => ({
      messageId: `message-${batch}-${n}`,
      receiptHandle: "handle",
      body: body(n),
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: String(Date.now()),
        SenderId: "AIDAEXAMPLE",
        ApproximateFirstReceiveTimestamp: String(Date.now()),
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:polls",
      awsRegion: "us-east-1",
    })),
  };
}

function context(): Pick<Context, "getRemainingTimeInMillis"> {
  const endsAt = Date.now() + 120_000;
  return { getRemainingTimeInMillis: () => endsAt - Date.now() };
}

process.once("message", async (task: Task) => {
  process.send?.(await measure(task));
  process.disconnect();
});
