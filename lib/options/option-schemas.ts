import type { SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";

/** A standard queue's URL. FIFO queues cannot delay a single message, which a requeue needs. */
export const queueUrlOption = z.string("must be a queue URL").check(
  z.refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""), "must be a queue URL"),
  z.refine(
    (url) => !url.endsWith(".fifo"),
    "must be the URL of a standard queue, not of a FIFO queue",
  ),
);

/** An SQS client from any copy of the SDK. */
export const awsClientOption = z.optional(
  z.custom<object>(
    (value) => typeof value === "object" && value !== null && "send" in value,
    "must be a client of the AWS SDK",
  ),
);

/** An SQS client. */
export const clientOption = z.optional(
  z.custom<SQSClient>(
    (value) => typeof value === "object" && value !== null && "send" in value,
    "must be an SQSClient",
  ),
);

/** A function: a clock, a source of randomness, a decision. */
export const functionOption = <F extends (...args: never[]) => unknown>() =>
  z.optional(z.custom<F>((value) => typeof value === "function", "must be a function"));

/** An option that is checked elsewhere, or only by its static type. */
export const anyOption = z.optional(z.unknown());
