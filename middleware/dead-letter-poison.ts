import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { deadLetter } from "../lib/batch/dead-letter.ts";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { maskError } from "../lib/batch/masking.ts";
import { completed, isPoison } from "../lib/batch/record-result.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { clientOption, queueUrlOption } from "../lib/options/option-schemas.ts";
import { sendMessages } from "../lib/sqs/batch-calls.ts";
import { defaultSqsClient } from "../lib/sqs/client.ts";

const name = "deadLetterPoison";

/** Options of {@link deadLetterPoison}. */
export interface DeadLetterPoisonOptions {
  /** The dead-letter queue. */
  readonly queueUrl: string;
  /** `@default` a client with the SDK's standard settings, shared by all middlewares of this package */
  readonly client?: SQSClient;
  /** Logs each dead letter: nothing else reports it, because it is acknowledged. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = { logger: log } satisfies Partial<DeadLetterPoisonOptions>;

const optionSchema = z.strictObject({
  queueUrl: queueUrlOption,
  client: clientOption,
  logger: loggerOption,
});

/**
 * Sends each record that was rejected with a {@link PoisonRecordError} to the dead-letter queue at once, its body
 * unchanged and the reason as message attributes, and acknowledges it. Such a record can never be processed; without
 * this middleware it is received again until the queue's redrive policy moves it. A record that SQS refuses stays
 * rejected. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl }))
 *   .use(requeuePending({ queueUrl }))
 *   .handler(eachRecord((record) => {
 *     if (!isOrder(record.body)) throw new PoisonRecordError("order: must have a number");
 *     return completed();
 *   }));
 */
export function deadLetterPoison(options: DeadLetterPoisonOptions): middy.MiddlewareObj<SQSEvent> {
  const { queueUrl, client, logger } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };

  const after = async (results: HookBatch, request: BatchRequest) => {
    const poison = results.rejected().flatMap(({ record, reason }) => {
      try {
        return isPoison(reason) ? [{ record, reason, letter: deadLetter(record, reason) }] : [];
      } catch {
        // A record that cannot be written as a message stays rejected: the queue's redrive policy moves it.
        return [];
      }
    });
    const letters = poison.map(({ letter }) => letter);
    const signal = hookSignal(request.context);
    const refusals = await sendMessages(client ?? defaultSqsClient(), queueUrl, letters, {
      signal,
    });
    poison.forEach(({ record, reason }, index) => {
      const refusal = refusals[index];
      if (refusal === undefined)
        results.replace(record, { status: "fulfilled", value: completed() });
      const { message } = maskError(reason);
      const fields = { messageId: record.messageId, status: reason.status, reason: message };
      tellLogger(
        logger,
        refusal === undefined
          ? { level: "WARN", message: "record dead-lettered", ...fields }
          : {
              level: "ERROR",
              message: "record could not be dead-lettered",
              ...fields,
              refusal: refusal.message,
            },
      );
    });
  };

  return stackHooks({ name }, { after, logger });
}
