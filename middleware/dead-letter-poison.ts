import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { deadLetter } from "../lib/batch/dead-letter.ts";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { maskError, maskRecord } from "../lib/batch/logged-fields.ts";
import { completed, isPoison, type PoisonRecordError } from "../lib/batch/record-result.ts";
import { sendEach } from "../lib/batch/send-each.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { clientOption, queueUrlOption } from "../lib/options/option-schemas.ts";
import { sendMessages } from "../lib/sqs/batch-calls.ts";
import { defaultSqsClient } from "../lib/sqs/client.ts";
import type { OutgoingMessage } from "../lib/sqs/outgoing-message.ts";

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
    const poison = results
      .rejected()
      .flatMap(({ record, reason }) => (isPoison(reason) ? [{ record, reason }] : []));
    await sendEach(poison, {
      plan: ({ record, reason }) => letterOf(record, reason),
      send: (letters) =>
        sendMessages(client ?? defaultSqsClient(), queueUrl, letters, {
          signal: hookSignal(request.context),
        }),
      sent({ record, reason }) {
        results.replace(record, { status: "fulfilled", value: completed() });
        const fields = fieldsOf(record, reason);
        tellLogger(logger, { level: "WARN", message: "record dead-lettered", ...fields });
      },
      refused({ record, reason }, refusal) {
        const fields = { ...fieldsOf(record, reason), refusal: maskError(refusal).message };
        tellLogger(logger, {
          level: "ERROR",
          message: "record could not be dead-lettered",
          ...fields,
        });
      },
    });
  };

  return stackHooks({ name }, { after, logger });
}

function letterOf(record: SQSRecord, reason: PoisonRecordError): OutgoingMessage | undefined {
  try {
    return deadLetter(record, reason);
  } catch {
    // A record that cannot be written as a message stays rejected: the queue's redrive policy moves it.
    return undefined;
  }
}

function fieldsOf(record: SQSRecord, reason: PoisonRecordError) {
  const { messageId, pollId, retryCount, origin } = maskRecord(record);
  const { status } = reason;
  return { messageId, pollId, retryCount, origin, status, reason: maskError(reason).message };
}
