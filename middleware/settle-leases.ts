import type middy from "@middy/core";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { maskError } from "../lib/batch/logged-fields.ts";
import { isRetryLater, RetryLaterError } from "../lib/batch/record-result.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import type { Fence } from "../lib/fence/fence.ts";
import { fenceOption } from "../lib/fence/fence-option.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";

const name = "settleLeases";

/** Options of {@link settleLeases}. */
export interface SettleLeasesOptions {
  /** The fence that the records were claimed in. */
  readonly fence: Fence;
  /** Logs each lease that could not be given back. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = { logger: log } satisfies Partial<SettleLeasesOptions>;

const optionSchema = z.strictObject({ fence: fenceOption, logger: loggerOption });

/**
 * Gives back the lease of each record that was rejected, or was held while its claim was under way, so that it can be
 * claimed again as soon as it comes back. Keeps the lease of a submission that waits longer than its poll's own delay,
 * so that no other submission of the poll is asked before it. Writes what comes after a record's start, where that
 * could not be written before, and where each poll is that waits, if the fence's option `history` says so.
 *
 * Belongs between `deadLetterPoison` and `deliverOutcomes`. After `deliverOutcomes`, only `deadLetterPoison` changes a
 * rejection; and a dead letter must have no lease, so that a redrive continues its poll. A record whose lease could
 * not be given back comes back when the lease has ended. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy()
 *   .use(deadLetterPoison({ queueUrl }))
 *   .use(settleLeases({ fence }))
 *   .handler(eachRecord(fenced(handle, { fence })));
 */
export function settleLeases(options: SettleLeasesOptions): middy.MiddlewareObj<SQSEvent> {
  const { fence, logger } = { ...defaults, ...checkOptions(name, optionSchema, options) };

  const after = async (results: HookBatch, request: BatchRequest) => {
    const signal = hookSignal(request.context);
    const giveBack = async (record: SQSRecord): Promise<unknown> => {
      try {
        await fence.giveBack(record, { signal });
        return undefined;
      } catch (error) {
        const { messageId } = record;
        const message = "lease not given back";
        tellLogger(logger, {
          level: "WARN",
          message,
          messageId,
          refusal: maskError(error).message,
        });
        return error;
      }
    };
    await Promise.all([
      ...results.fulfilled("pending", "held").map(async ({ record, result, settledAt }) => {
        // A record that was held without a claim was requeued as the same copy: its own lease would make it wait.
        if (!fence.hasClaimed(record)) {
          await giveBack(record);
          return fence.noteWait(record, result, settledAt, { signal });
        }
        await fence.keepLease(record, result, settledAt, { signal });
        return fence.noteWait(record, result, settledAt, { signal });
      }),
      ...results
        .fulfilled("completed")
        .map(({ record }) => fence.noteDelivered(record, { signal })),
      ...results.rejected().map(async ({ record, reason }) => {
        const error = await giveBack(record);
        if (error !== undefined) results.reject(record, afterLease(reason, error));
      }),
    ]);
  };

  return stackHooks({ name }, { after, logger });
}

/** The reason that is logged: why the record was rejected, then why its lease could not be given back. */
function afterLease(reason: unknown, error: unknown): unknown {
  if (!isRetryLater(error)) return reason;
  const { retryAfterSeconds } = error;
  const message = `${maskError(reason).message}; ${error.message}`;
  return new RetryLaterError(message, { retryAfterSeconds, cause: reason });
}
