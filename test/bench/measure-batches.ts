import { performance } from "node:perf_hooks";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";

/** The measurements of some batches of one contender. */
export interface BatchFigures {
  /** The time per batch. */
  readonly wallMs: number;
  /** The CPU time per record, of all threads. */
  readonly cpuMs: number;
  /** The most memory that the process has used so far. */
  readonly peakMegabytes: number;
}

/** What a contender is asked for. */
export interface Task {
  readonly bundle: string;
  readonly batches: number;
  readonly recordsPerBatch: number;
  readonly url: string;
}

let batchesSoFar = 0;

/** Runs in a separate process, so that the servers' work is not counted. */
async function measure({ bundle, batches, recordsPerBatch, url }: Task): Promise<BatchFigures> {
  const { handler } = await import(bundle);
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let n = 0; n < batches; n++) {
    const response: SQSBatchResponse = await handler(event(recordsPerBatch, url), context());
    const failures = response.batchItemFailures.length;
    if (failures > 0) throw new Error(`${failures} records of a batch failed`);
  }
  const wallMs = (performance.now() - start) / batches;
  const { user, system } = process.cpuUsage(cpu);
  return {
    wallMs,
    cpuMs: (user + system) / 1000 / (batches * recordsPerBatch),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

function event(records: number, url: string): SQSEvent {
  const batch = batchesSoFar++;
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

process.on("message", async (task: Task) => process.send?.(await measure(task)));
