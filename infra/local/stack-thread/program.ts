import { parentPort, workerData } from "node:worker_threads";
import { pollIdOf } from "../poll-id-of.ts";
import { startLocalStack } from "../stack.ts";
import { type Report, settingsSchema } from "./protocol.ts";

/**
 * The program of the stack's thread: runs the stack until the first message arrives. An error ends the thread: the
 * thread that started it sees that error.
 */
async function run(): Promise<void> {
  const { endpoint, queueUrl, outcomeQueueUrl, deadLetterQueueUrl, close } = await startLocalStack({
    ...settingsSchema.parse(workerData),
    onLog: (line) => report({ kind: "log", line }),
    onInvocation: ({ requestId, records, response, error }) =>
      report({
        kind: "invocation",
        requestId,
        pollIds: records.map(pollIdOf),
        response,
        ...(error !== undefined && { error }),
      }),
  });
  parentPort?.once("message", async () => {
    await close();
    parentPort?.close();
  });
  report({ kind: "started", endpoint, queueUrl, outcomeQueueUrl, deadLetterQueueUrl });
}

const report = (message: Report): void => parentPort?.postMessage(message);

await run();
