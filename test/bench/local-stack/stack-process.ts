import { startStackThread } from "../../../infra/local/stack-thread/stack-thread.ts";
import type { StackReport } from "./measure-local-stack.ts";

/** Runs in a separate process, so that only the stack's memory and CPU time are counted. */
const counts = { invocations: 0, failedInvocations: 0, failedRecords: 0 };
const stack = await startStackThread({
  parameters: { LogLevel: "SILENT" },
  onInvocation: ({ response, error }) => {
    counts.invocations++;
    if (error !== undefined) counts.failedInvocations++;
    counts.failedRecords += failuresIn(response);
  },
});

function failuresIn(response: unknown): number {
  if (typeof response !== "object" || response === null) return 0;
  const failures: unknown = Reflect.get(response, "batchItemFailures");
  return Array.isArray(failures) ? failures.length : 0;
}

process.once("disconnect", () => process.exit());
process.once("message", async () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  process.send?.({ ...counts, cpuSeconds, peakMegabytes: maxRSS / 1024 } satisfies StackReport);
  await stack.close();
  process.disconnect();
});
const { endpoint, queueUrl, outcomeQueueUrl, deadLetterQueueUrl } = stack;
process.send?.({ endpoint, queueUrl, outcomeQueueUrl, deadLetterQueueUrl });
