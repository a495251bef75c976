import * as z from "zod/mini";

/** The options of the stack, passed as the thread's `workerData`. */
export const settingsSchema = z.object({
  port: z.exactOptional(z.union([z.number(), z.object({ port: z.number(), orFree: z.boolean() })])),
  dataDir: z.exactOptional(z.string()),
  parameters: z.exactOptional(z.record(z.string(), z.string())),
  secrets: z.exactOptional(z.record(z.string(), z.string())),
});
export type Settings = z.output<typeof settingsSchema>;

/** The messages of the thread: first where the stack is, then what happens in it. */
export const reportSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("started"),
    endpoint: z.string(),
    queueUrl: z.string(),
    outcomeQueueUrl: z.string(),
    deadLetterQueueUrl: z.string(),
  }),
  z.object({ kind: z.literal("log"), line: z.string() }),
  z.object({
    kind: z.literal("invocation"),
    requestId: z.string(),
    pollIds: z.array(z.string()),
    response: z.unknown(),
    error: z.exactOptional(z.string()),
  }),
]);
export type Report = z.output<typeof reportSchema>;
