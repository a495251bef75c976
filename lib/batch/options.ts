import type { SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import type { Fence } from "../fence/fence.ts";

/** A standard queue's URL. FIFO queues allow no delay of a single message, which a requeue needs. */
export const queueUrlOption = z.string("must be a queue URL").check(
  z.refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""), "must be a queue URL"),
  z.refine(
    (url) => !url.endsWith(".fifo"),
    "must be the URL of a standard queue, not of a FIFO queue",
  ),
);

/** An SQS client, of whatever copy of the SDK. */
export const clientOption = z.optional(
  z.custom<SQSClient>(
    (value) => typeof value === "object" && value !== null && "send" in value,
    "must be an SQSClient",
  ),
);

/** A fence, of whatever copy of this package. */
export const fenceOption = z.custom<Fence>(
  (value) => typeof value === "object" && value !== null && "giveBack" in value,
  "must be a fence, made by createFence",
);

/** A function: a clock, a source of randomness, a decision. */
export const functionOption = <F extends (...args: never[]) => unknown>() =>
  z.optional(z.custom<F>((value) => typeof value === "function", "must be a function"));

/**
 * Checks a middleware's options when the stack is built.
 *
 * @returns the options, without those that are undefined, so that defaults take their place
 * @throws {TypeError} naming the middleware, each wrong or unknown option, and what it must be
 */
export function checkOptions<Options extends object>(
  name: string,
  schema: z.ZodMiniType,
  options: Options,
): Options {
  const result = schema.safeParse(options);
  if (!result.success) {
    const problems = result.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown option ${issue.keys.join(", ")}`
        : `${issue.path.join(".") || "options"} ${issue.message}`,
    );
    throw new TypeError(`${name}: ${problems.join("; ")}`);
  }
  const given = { ...options };
  for (const option of Object.keys(given)) {
    if (Reflect.get(given, option) === undefined) Reflect.deleteProperty(given, option);
  }
  return given;
}
