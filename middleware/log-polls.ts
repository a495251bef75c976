import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { maskError } from "../lib/batch/logged-fields.ts";
import { pollLines } from "../lib/batch/poll-lines.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";

const name = "logPolls";

/** Options of {@link logPolls}. */
export interface LogPollsOptions {
  /** `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = { logger: log } satisfies Partial<LogPollsOptions>;

const optionSchema = z.strictObject({ logger: loggerOption });

/**
 * Logs one line for each poll whose outcome was delivered: `poll ended`, with its `pollId`, `status`, `retryCount`,
 * `seconds` from its start to its end, the `origin` of its request, the `httpStatus` of the last answer, and the name
 * of its `error`. A tenth of the polls also have a line `poll pending` or `poll held` each time that they go on. An
 * outcome that is delivered twice has two lines. Belongs before `deliverOutcomes`. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy().use(logPolls()).use(deliverOutcomes({ queueUrl })).use(requeuePending({ queueUrl }));
 */
export function logPolls(options: LogPollsOptions = {}): middy.MiddlewareObj<SQSEvent> {
  const { logger } = { ...defaults, ...checkOptions(name, optionSchema, options) };

  const after = (results: HookBatch) => {
    try {
      for (const line of pollLines(results)) tellLogger(logger, line);
    } catch (error) {
      const { message: reason } = maskError(error);
      tellLogger(logger, { level: "WARN", message: "polls not logged", reason });
    }
  };

  return stackHooks({ name }, { after, logger });
}
