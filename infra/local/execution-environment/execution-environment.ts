import { extname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { type Failure, type Invoke, type Report, reportSchema, type Start } from "./protocol.ts";

export interface ExecutionEnvironmentOptions extends Start {
  /** The whole `process.env` of the function. */
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  /** The longest time of one invocation. */
  readonly timeoutMs: number;
  /** The longest time to load the handler; default 10 s, as in Lambda. */
  readonly initTimeoutMs?: number;
  /** Called with each line that the function writes to its standard output or standard error. */
  readonly onLog: (line: string) => void;
}

/** One sandbox of a function: a worker thread that handles one invocation at a time. */
export interface ExecutionEnvironment {
  /** False once it has crashed, timed out or been terminated: it then takes no more invocations. */
  readonly alive: boolean;
  /**
   * Invokes the handler and waits for its response.
   *
   * @returns the response as JSON; undefined when there is none
   * @throws Error when the handler throws or times out, or the environment ends before it answers
   */
  invoke(request: Omit<Invoke, "deadline">): Promise<string | undefined>;
  terminate(): Promise<void>;
}

/** Less than V8's default of 48 MB per thread, which is mostly garbage of finished requests. */
const YOUNG_GENERATION_MEGABYTES = 12;
const INIT_TIMEOUT_MS = 10_000;
// The program is a TypeScript file in the sources, and a JavaScript file in the package.
const PROGRAM = new URL(`./runtime${extname(import.meta.url)}`, import.meta.url);

/** Starts loading the handler immediately; the first invocation waits for it. */
export function startExecutionEnvironment(
  options: ExecutionEnvironmentOptions,
): ExecutionEnvironment {
  const { taskRoot, handler, timeoutMs, initTimeoutMs = INIT_TIMEOUT_MS } = options;
  const worker = new Worker(PROGRAM, {
    name: handler,
    workerData: { taskRoot, handler } satisfies Start,
    env: options.env,
    argv: [],
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: options.memoryMegabytes,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES,
    },
    stdout: true,
    stderr: true,
  });
  readLines(worker.stdout, options.onLog);
  readLines(worker.stderr, options.onLog);

  let ended: Error | undefined;
  let answer = Promise.withResolvers<Report>();
  const end = (error: Error): void => {
    ended ??= error;
    answer.reject(ended);
  };
  worker.on("message", (message: unknown) => {
    const report = reportSchema.safeParse(message);
    // Ignores other messages: the function itself may post some.
    if (report.success) answer.resolve(report.data);
  });
  worker.on("error", (error: unknown) => {
    for (const line of inspect(error).split("\n")) options.onLog(line);
    end(new Error(`the function crashed: ${String(error)}`));
  });
  worker.on("exit", (code) =>
    end(new Error(`the function ended its process with exit code ${code}`)),
  );

  /** The next report. Ends the environment when it takes longer than `limitMs`. */
  const nextReport = async (limitMs: number, late: string): Promise<Report> => {
    const timer = setTimeout(() => {
      end(new Error(late));
      void worker.terminate();
    }, limitMs);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      answer = Promise.withResolvers();
      answer.promise.catch(() => {});
    }
  };

  const start = async (): Promise<void> => {
    const report = await nextReport(
      initTimeoutMs,
      `${handler} took over ${initTimeoutMs} ms to load`,
    );
    if (report.kind !== "notStarted") return;
    const error = failed(`${handler} could not be loaded`, report.failure);
    end(error);
    void worker.terminate();
    throw error;
  };
  const started = start();
  started.catch(() => {});

  return {
    get alive() {
      return ended === undefined;
    },
    async invoke(request) {
      await started;
      if (ended) throw ended;
      const deadline = Date.now() + timeoutMs;
      worker.postMessage({ ...request, deadline } satisfies Invoke);
      const report = await nextReport(timeoutMs, `the function timed out after ${timeoutMs} ms`);
      if (report.kind === "error") throw failed("the function failed", report.failure);
      return report.kind === "response" ? report.payload : undefined;
    },
    async terminate() {
      end(new Error("the execution environment was closed"));
      await worker.terminate();
    },
  };
}

const failed = (what: string, { errorType, errorMessage }: Failure): Error =>
  new Error(`${what}: ${errorType}: ${errorMessage}`);

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine);
}
