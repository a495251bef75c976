import { randomUUID } from "node:crypto";
import { messageOf } from "../../../lib/message-of.ts";
import type { TemplateFunction } from "../template/read-template.ts";
import {
  type ExecutionEnvironment,
  type ExecutionEnvironmentOptions,
  startExecutionEnvironment,
} from "./execution-environment.ts";

/** The result of one invocation. */
export interface Invocation {
  readonly requestId: string;
  readonly durationMs: number;
  /** The response as JSON, if any. */
  readonly payload?: string;
  /** Why it failed: the handler threw, timed out, or its environment crashed. */
  readonly error?: string;
}

/** A function and its execution environments: it reuses warm ones and starts new ones when needed. */
export interface LocalFunction {
  /** @param event as JSON. Never throws: the result contains the error */
  invoke(event: string): Promise<Invocation>;
  /** Ends all environments; running invocations fail. */
  close(): Promise<void>;
}

type Settings = Omit<ExecutionEnvironmentOptions, "handler" | "timeoutMs" | "memoryMegabytes">;

/** Starts one environment per concurrent invocation: the caller limits their number. */
export function localFunction(
  description: TemplateFunction,
  settings: Settings,
  now: () => number = performance.now.bind(performance),
): LocalFunction {
  const { handler, name, version, invokedArn, memoryMegabytes, timeoutSeconds } = description;
  const all = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  let closed = false;

  const take = (): ExecutionEnvironment => {
    for (let warm = idle.pop(); warm; warm = idle.pop()) {
      if (warm.alive) return warm;
      all.delete(warm);
    }
    const fresh = startExecutionEnvironment({
      ...settings,
      handler,
      memoryMegabytes,
      timeoutMs: timeoutSeconds * 1000,
    });
    all.add(fresh);
    return fresh;
  };

  const giveBack = (environment: ExecutionEnvironment): void => {
    if (environment.alive) idle.push(environment);
    else all.delete(environment);
  };

  return {
    async invoke(event) {
      const requestId = randomUUID();
      const startedAt = now();
      const done = () => ({ requestId, durationMs: now() - startedAt });
      if (closed) return { ...done(), error: `${name} is closed` };
      const environment = take();
      try {
        const payload = await environment.invoke({
          event,
          context: {
            awsRequestId: requestId,
            functionName: name,
            functionVersion: version,
            invokedFunctionArn: invokedArn,
            memoryLimitInMB: String(memoryMegabytes),
            logGroupName: description.logGroupName,
            logStreamName: `local/[${version}]`,
          },
        });
        return { ...done(), ...(payload !== undefined && { payload }) };
      } catch (error) {
        return { ...done(), error: messageOf(error) };
      } finally {
        giveBack(environment);
      }
    },

    async close() {
      closed = true;
      await Promise.all([...all].map((environment) => environment.terminate()));
    },
  };
}
