import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { LocalInvocation, LocalStack, LocalStackOptions } from "../stack.ts";
import { type Report, reportSchema, type Settings } from "./protocol.ts";

/** A local stack in a thread of its own. */
export interface StackThread
  extends Pick<
    LocalStack,
    "endpoint" | "queueUrl" | "outcomeQueueUrl" | "deadLetterQueueUrl" | "close"
  > {}

export interface StackThreadOptions extends Settings, Pick<LocalStackOptions, "onLog"> {
  /** Called after each invocation. */
  readonly onInvocation?: (
    invocation: Pick<LocalInvocation, "requestId" | "response" | "error"> & {
      /** Of its records. */
      readonly pollIds: readonly string[];
    },
  ) => void;
}

/** A main thread takes over 100 MB when many polls are under way, most of it garbage; only a thread can be limited. */
const YOUNG_GENERATION_MEGABYTES = 24;
// The program is a TypeScript file in the sources, and a JavaScript file in the package.
const PROGRAM = new URL(`./program${extname(import.meta.url)}`, import.meta.url);

/**
 * Runs the package's template in a thread of its own, so that many polls at once take less memory. If the stack crashes
 * later, its error is an uncaught exception of this thread.
 *
 * @throws an Error with the message of what `startLocalStack` throws
 */
export async function startStackThread(options: StackThreadOptions = {}): Promise<StackThread> {
  const { onLog = () => {}, onInvocation = () => {}, ...settings } = options;
  const worker = new Worker(PROGRAM, {
    name: "local stack",
    workerData: settings satisfies Settings,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
  });
  const started = Promise.withResolvers<Extract<Report, { kind: "started" }>>();
  worker.on("message", (message: unknown) => {
    const report = reportSchema.parse(message);
    if (report.kind === "log") onLog(report.line);
    else if (report.kind === "started") started.resolve(report);
    else onInvocation(report);
  });
  worker.once("error", started.reject);
  const { endpoint, queueUrl, outcomeQueueUrl, deadLetterQueueUrl } = await started.promise;
  worker.off("error", started.reject);
  let closed: Promise<unknown> | undefined;
  return {
    endpoint,
    queueUrl,
    outcomeQueueUrl,
    deadLetterQueueUrl,
    async close() {
      closed ??= closeThread(worker);
      await closed;
    },
  };
}

function closeThread(worker: Worker): Promise<unknown> {
  const exited = once(worker, "exit");
  worker.postMessage("close");
  return exited;
}
