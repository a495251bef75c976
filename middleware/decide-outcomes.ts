import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import type { Fence } from "../lib/fence/fence.ts";
import { fenceOption } from "../lib/fence/fence-option.ts";
import { type AnyLogger, log, loggerOption } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";

const name = "decideOutcomes";

/** Options of {@link decideOutcomes}. */
export interface DecideOutcomesOptions {
  /** The fence that the records were claimed in. */
  readonly fence: Fence;
  /** Logs mistakes in the order of the stack. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = { logger: log } satisfies Partial<DecideOutcomesOptions>;

const optionSchema = z.strictObject({
  fence: fenceOption,
  logger: loggerOption,
});

/**
 * Decides the outcome of each completed record once, in the fence's table, before it is delivered. If the poll's
 * outcome was decided before, that outcome counts and is delivered again, byte for byte. Belongs between
 * `requeuePending`, which completes exhausted records, and `deliverOutcomes`.
 *
 * If the table does not store a record's outcome, only that record is rejected. Records that were not claimed in the
 * fence stay as they are. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy()
 *   .use(deliverOutcomes({ queueUrl }))
 *   .use(decideOutcomes({ fence }))
 *   .handler(eachRecord(fenced(handle, { fence })));
 */
export function decideOutcomes(options: DecideOutcomesOptions): middy.MiddlewareObj<SQSEvent> {
  const { fence, logger } = { ...defaults, ...checkOptions(name, optionSchema, options) };

  const after = async (results: HookBatch, request: BatchRequest) => {
    const ended = results.fulfilled("completed").filter(({ record }) => fence.hasClaimed(record));
    if (ended.length === 0) return;
    const signal = hookSignal(request.context);
    await Promise.all(
      ended.map(async ({ record, result }) => {
        try {
          const value = await fence.decide(record, result, { signal });
          results.replace(record, { status: "fulfilled", value });
        } catch (error) {
          results.reject(record, error);
        }
      }),
    );
  };

  return stackHooks({ name }, { after, logger });
}
