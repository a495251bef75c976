import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { completed } from "../lib/batch/record-result.ts";
import { sendEach } from "../lib/batch/send-each.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AnyLogger, log, loggerOption } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { clientOption, functionOption, queueUrlOption } from "../lib/options/option-schemas.ts";
import { type NextBody, nextBody } from "../lib/poll/message/next.ts";
import { planRequeue } from "../lib/poll/requeue.ts";
import { sendMessages } from "../lib/sqs/batch-calls.ts";
import { defaultSqsClient } from "../lib/sqs/client.ts";

const name = "requeuePending";

/** Options of {@link requeuePending}. */
export interface RequeuePendingOptions {
  /** The queue that pending and held records go back to: the one they came from. */
  readonly queueUrl: string;
  /** `@default` a client with the SDK's standard settings, shared by all middlewares of this package */
  readonly client?: SQSClient;
  /**
   * Makes the body of the requeued message.
   *
   * @default adds 1 to the `retryCount` of a pending record and keeps the rest
   */
  readonly next?: NextBody;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Logs mistakes in the order of the stack. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = {
  next: nextBody,
  now: Date.now,
  logger: log,
} satisfies Partial<RequeuePendingOptions>;

const optionSchema = z.strictObject({
  queueUrl: queueUrlOption,
  client: clientOption,
  next: functionOption<NextBody>(),
  now: functionOption<() => number>(),
  logger: loggerOption,
});

/**
 * Requeues records that are not done. A `pending` record goes back to the queue with 1 added to its `retryCount`; its
 * delay counts from when its handler returned. A `held` record goes back unchanged. Message attributes and a fair
 * queue's MessageGroupId are kept. A wait of more than 900 s, SQS's longest delay, is made of several hops: the body
 * carries `notBefore`, and `eachRecord` holds a record that arrives early.
 *
 * A pending record whose `retryCount` has reached the `maxRetries` in its body is not requeued: it becomes
 * `completed` with an outcome of status `exhausted`, for `deliverOutcomes` to deliver.
 *
 * If SQS refuses a record, only that record is rejected, so that it is reported in `batchItemFailures` and comes back;
 * a failed call rejects the up to ten records it carried. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * export const handler = middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(requeuePending({ queueUrl }))
 *   .handler(eachRecord(async (record, { signal }) =>
 *     (await isDone(record.body, signal)) ? completed() : pending({ delaySeconds: 30 })));
 */
export function requeuePending(options: RequeuePendingOptions): middy.MiddlewareObj<SQSEvent> {
  const { queueUrl, client, next, now, logger } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };

  const after = async (results: HookBatch, request: BatchRequest) => {
    const waiting = results
      .fulfilled("pending", "held")
      .filter(({ record }) => !results.isStored(record));
    await sendEach(waiting, {
      plan({ record, result, settledAt }) {
        const at = now();
        const requeue = planRequeue(record, result, settledAt ?? at, at, next);
        if (requeue.kind === "send") return requeue.message;
        const value = completed(requeue.outcome);
        results.replace(record, { status: "fulfilled", value, settledAt: at });
        return undefined;
      },
      send: (messages) =>
        sendMessages(client ?? defaultSqsClient(), queueUrl, messages, {
          signal: hookSignal(request.context),
        }),
      sent: ({ record }) => results.noteStored(record),
      refused: ({ record }, reason) => results.reject(record, reason),
    });
  };

  return stackHooks({ name }, { after, logger });
}
