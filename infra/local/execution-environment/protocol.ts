import * as z from "zod/mini";

/** The input of a new execution environment. */
export const startSchema = z.object({
  /** The folder of the code, an absolute path. */
  taskRoot: z.string(),
  /** File and export, for example `index.handler`. */
  handler: z.string(),
});
export type Start = z.output<typeof startSchema>;

/** One invocation, as sent to the environment. Event and response are passed as JSON, as in Lambda. */
export const invokeSchema = z.object({
  event: z.string(),
  /** Epoch milliseconds. */
  deadline: z.number(),
  context: z.object({
    awsRequestId: z.string(),
    functionName: z.string(),
    functionVersion: z.string(),
    invokedFunctionArn: z.string(),
    memoryLimitInMB: z.string(),
    logGroupName: z.string(),
    logStreamName: z.string(),
  }),
});
export type Invoke = z.output<typeof invokeSchema>;

const failureSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

/** The messages of the environment: first whether it has started, then one answer per invocation. */
export const reportSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("started") }),
  z.object({ kind: z.literal("notStarted"), failure: failureSchema }),
  z.object({ kind: z.literal("response"), payload: z.optional(z.string()) }),
  z.object({ kind: z.literal("error"), failure: failureSchema }),
]);
export type Report = z.output<typeof reportSchema>;
export type Failure = z.output<typeof failureSchema>;
