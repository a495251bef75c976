import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { maskError } from "../lib/batch/logged-fields.ts";
import { pollSegments } from "../lib/batch/poll-segments.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { daemonAddress, xrayDaemon } from "../lib/log/xray-daemon.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { functionOption } from "../lib/options/option-schemas.ts";

const name = "tracePolls";

/** Options of {@link tracePolls}. */
export interface TracePollsOptions {
  /** X-Ray's daemon, as Lambda says it in `AWS_XRAY_DAEMON_ADDRESS`: `host:port`. */
  readonly daemonAddress: string;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Logs when segments could not be sent. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = { now: Date.now, logger: log } satisfies Partial<TracePollsOptions>;

const optionSchema = z.strictObject({
  daemonAddress: z
    .string("must be host:port")
    .check(z.refine((text) => daemonAddress(text) !== undefined, "must be host:port")),
  now: functionOption<() => number>(),
  logger: loggerOption,
});

/**
 * Sends a segment to X-Ray for each record that was asked and whose message has a trace that is sampled. The segment
 * belongs to the trace of the poll, not of the invocation, and has the annotations `pollId`, `retryCount` and `status`
 * (of the outcome, or `pending`). Belongs before `deliverOutcomes`. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy().use(tracePolls({ daemonAddress })).use(deliverOutcomes({ queueUrl })).use(requeuePending({ queueUrl }));
 */
export function tracePolls(options: TracePollsOptions): middy.MiddlewareObj<SQSEvent> {
  const { now, logger, ...given } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };
  const daemon = daemonAddress(given.daemonAddress);
  const send = daemon && xrayDaemon(daemon);
  const startedAt = new WeakMap<object, number>();

  const before = (request: BatchRequest) => {
    startedAt.set(request, now());
  };

  const after = async (results: HookBatch, request: BatchRequest) => {
    try {
      const at = now();
      const segments = pollSegments(results, startedAt.get(request) ?? at, at);
      await send?.(segments, hookSignal(request.context));
    } catch (error) {
      const { message: reason } = maskError(error);
      tellLogger(logger, { level: "WARN", message: "polls not traced", reason });
    }
  };

  return stackHooks({ name }, { before, after, logger });
}
