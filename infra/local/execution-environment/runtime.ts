import { parentPort, workerData } from "node:worker_threads";
import { type Handler, loadHandler } from "./load-handler.ts";
import { type Failure, type Invoke, invokeSchema, type Report, startSchema } from "./protocol.ts";

/**
 * The program of an execution environment's worker thread: loads the handler, then handles one
 * invocation after another. An error that it cannot catch ends the thread, as it would end the sandbox.
 */
async function run(): Promise<void> {
  const { taskRoot, handler: name } = startSchema.parse(workerData);
  const handler = await loadHandler(taskRoot, name).catch((error: unknown) => {
    report({ kind: "notStarted", failure: failureOf(error) });
  });
  if (!handler) return;
  parentPort?.on("message", (message: unknown) => {
    void answer(handler, invokeSchema.parse(message)).then(report);
  });
  report({ kind: "started" });
}

async function answer(handler: Handler, { event, deadline, context }: Invoke): Promise<Report> {
  try {
    const response = await handler(JSON.parse(event), {
      ...context,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    const payload = JSON.stringify(response);
    return { kind: "response", ...(payload !== undefined && { payload }) };
  } catch (error) {
    const failure = failureOf(error);
    const stack = error instanceof Error ? error.stack : undefined;
    console.error("Invoke Error", JSON.stringify({ ...failure, stack: stack?.split("\n") }));
    return { kind: "error", failure };
  }
}

function failureOf(error: unknown): Failure {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: typeof error, errorMessage: String(error) };
}

const report = (message: Report): void => parentPort?.postMessage(message);

await run();
