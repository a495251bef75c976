import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { receiveCountOf } from "../lib/batch/poll-facts.ts";
import { isRetryLater } from "../lib/batch/record-result.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { MAX_VISIBILITY_SECONDS } from "../lib/limits.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { clientOption, functionOption, queueUrlOption } from "../lib/options/option-schemas.ts";
import { changeVisibility } from "../lib/sqs/batch-calls.ts";
import { defaultSqsClient } from "../lib/sqs/client.ts";
import { failureDelaySeconds } from "../lib/timing/visibility-backoff.ts";

const name = "failureBackoff";

/** Options of {@link failureBackoff}. */
export interface FailureBackoffOptions {
  /** The queue that the records came from. */
  readonly queueUrl: string;
  /** `@default` a client with the SDK's standard settings, shared by all middlewares of this package */
  readonly client?: SQSClient;
  /** Logs each record whose visibility timeout SQS did not change. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
  /** A number from 0 up to 1, for jitter. `@default` Math.random */
  readonly random?: () => number;
}

const defaults = { logger: log, random: Math.random } satisfies Partial<FailureBackoffOptions>;

const optionSchema = z.strictObject({
  queueUrl: queueUrlOption,
  client: clientOption,
  logger: loggerOption,
  random: functionOption<() => number>(),
});

/**
 * Makes a failed record visible again after seconds instead of the queue's whole visibility timeout. The delay grows
 * with each receive of the record (4 s, 1, 15 and 70 minutes), so that five receives span an outage of an hour.
 * A record that was rejected with a {@link RetryLaterError} comes back no earlier than the error says.
 * If SQS refuses the change, that is only logged: the record comes back when its visibility timeout ends. Never throws
 * for a record, and changes no result.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(failureBackoff({ queueUrl }))
 *   .use(requeuePending({ queueUrl }))
 *   .handler(eachRecord(handle));
 */
export function failureBackoff(options: FailureBackoffOptions): middy.MiddlewareObj<SQSEvent> {
  const { queueUrl, client, logger, random } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };

  const after = async (results: HookBatch, request: BatchRequest) => {
    const failed = results.rejected();
    if (failed.length === 0) return;
    const changes = failed.map(({ record, reason }) => ({
      receiptHandle: record.receiptHandle,
      visibilityTimeoutSeconds: Math.max(
        isRetryLater(reason) ? wholeSeconds(reason.retryAfterSeconds) : 0,
        failureDelaySeconds(receiveCountOf(record), random),
      ),
    }));
    const signal = hookSignal(request.context);
    const refusals = await changeVisibility(client ?? defaultSqsClient(), queueUrl, changes, {
      signal,
    });
    failed.forEach(({ record: { messageId } }, index) => {
      const refusal = refusals[index]?.message;
      if (refusal === undefined) return;
      tellLogger(logger, {
        level: "WARN",
        message: "visibility timeout not changed",
        messageId,
        refusal,
      });
    });
  };

  return stackHooks({ name }, { after, logger });
}

/** ChangeMessageVisibility takes whole seconds (Amazon SQS API Reference). */
function wholeSeconds(seconds: number): number {
  return Math.min(MAX_VISIBILITY_SECONDS, Math.max(0, Math.ceil(seconds))) || 0;
}
