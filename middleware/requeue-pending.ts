import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { completed, type Held, type Pending } from "../lib/batch/record-result.ts";
import type { BatchRequest, FulfilledRecord } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AnyLogger, log, loggerOption } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { clientOption, functionOption, queueUrlOption } from "../lib/options/option-schemas.ts";
import { type NextBody, nextBody } from "../lib/poll/message/next.ts";
import { planRequeue } from "../lib/poll/requeue.ts";
import { sendMessages } from "../lib/sqs/batch-calls.ts";
import { defaultSqsClient } from "../lib/sqs/client.ts";
import type { OutgoingMessage } from "../lib/sqs/outgoing-message.ts";

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
    const toSend = results
      .fulfilled("pending", "held")
      .filter(({ record }) => !results.isStored(record))
      .map((waiting) => ({ waiting, message: plan(results, waiting) }))
      .filter((planned): planned is PlannedRequeue => planned.message !== undefined);
    if (toSend.length === 0) return;
    const refusals = await sendMessages(
      client ?? defaultSqsClient(),
      queueUrl,
      toSend.map(({ message }) => message),
      { signal: hookSignal(request.context) },
    );
    refusals.forEach((refusal, index) => {
      const planned = toSend[index];
      if (planned === undefined) return;
      const { record } = planned.waiting;
      if (refusal === undefined) results.noteStored(record);
      else results.reject(record, refusal);
    });
  };

  const plan = (results: HookBatch, { record, result, settledAt }: Waiting) => {
    const at = now();
    try {
      const requeue = planRequeue(record, result, settledAt ?? at, at, next);
      if (requeue.kind === "send") return requeue.message;
      results.replace(record, {
        status: "fulfilled",
        value: completed(requeue.outcome),
        settledAt: at,
      });
    } catch (error) {
      results.reject(record, error);
    }
    return undefined;
  };

  return stackHooks({ name }, { after, logger });
}

type Waiting = FulfilledRecord<Pending | Held>;

interface PlannedRequeue {
  readonly waiting: Waiting;
  readonly message: OutgoingMessage;
}
