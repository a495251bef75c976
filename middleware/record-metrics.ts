import { Metrics } from "@aws-lambda-powertools/metrics";
import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { maskError } from "../lib/batch/logged-fields.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { batchMeasurements } from "../lib/metrics/batch-measurements.ts";
import { type Measurement, thinnedOut } from "../lib/metrics/measurement.ts";
import type { RequestMeasurements } from "../lib/metrics/request-measurements.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { functionOption } from "../lib/options/option-schemas.ts";

const name = "recordMetrics";

/** Options of {@link recordMetrics}. */
export interface RecordMetricsOptions {
  /** The metrics' namespace. */
  readonly namespace: string;
  /** The value of the metrics' only dimension, `service`. `@default` the function's name */
  readonly service?: string;
  /** Measurements of your requests in the invocation, from `createRequestMeasurements()`. */
  readonly requests?: Pick<RequestMeasurements, "take">;
  /** Writes the metrics, one line of JSON. `@default` to standard output, which Lambda passes on unchanged */
  readonly write?: (line: string) => void;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Logs when the metrics could not be written. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = {
  write: (line: string): void => void process.stdout.write(line),
  now: Date.now,
  logger: log,
} satisfies Partial<RecordMetricsOptions>;

const text = z.string("must be a text").check(z.minLength(1, "must be a text"));

const optionSchema = z.strictObject({
  namespace: text,
  service: z.optional(text),
  requests: z.optional(
    z.custom<RequestMeasurements>(
      (value) => typeof value === "object" && value !== null && "take" in value,
      "must be request measurements",
    ),
  ),
  write: functionOption<(line: string) => void>(),
  now: functionOption<() => number>(),
  logger: loggerOption,
});

/**
 * A line in CloudWatch's embedded metric format holds at most 100 values per metric ("Specification: Embedded
 * metric format"). Powertools' Metrics writes the line at the hundredth value and begins another.
 */
const MOST_VALUES = 99;

/**
 * Writes one line of metrics per invocation, in CloudWatch's embedded metric format. It counts `Polls`, and of them
 * `Pending`, `Held` (of these `TableRefused`: the fence's table refused the claim), `Succeeded`, `Failed`, `Exhausted`,
 * `Expired`, `Poison`, `Completed` (without an outcome of this package), `SendRefused` (SQS refused a requeue, or
 * a destination an outcome) and `Rejected`. It also writes the distributions `Retries`, `TimeToOutcome` and `Lateness`.
 * `Lateness` is the start of the invocation minus the time the record was due: the body's `dueAt` (epoch ms, set by
 * `nextPollMessage`), else its `notBefore`, else, for a message that was never requeued, the time it was sent.
 *
 * Belongs after `deadLetterPoison` and before `deliverOutcomes` and `requeuePending`, whose refusals it counts.
 * Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl }))
 *   .use(recordMetrics({ namespace: "Renders" }))
 *   .use(requeuePending({ queueUrl }))
 *   .handler(eachRecord(handle));
 */
export function recordMetrics(options: RecordMetricsOptions): middy.MiddlewareObj<SQSEvent> {
  const { namespace, service, requests, write, now, logger } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };
  const startedAt = new WeakMap<object, number>();

  const before = (request: BatchRequest) => {
    requests?.take();
    startedAt.set(request, now());
  };

  const after = (results: HookBatch, request: BatchRequest) => {
    try {
      const serviceName = service ?? request.context.functionName;
      const measurements = [
        ...batchMeasurements(results, startedAt.get(request) ?? now()),
        ...(requests?.take() ?? []),
      ];
      if (measurements.length > 0) write(`${emfRecord(namespace, serviceName, measurements)}\n`);
    } catch (error) {
      const { message: reason } = maskError(error);
      tellLogger(logger, { level: "WARN", message: "metrics not recorded", reason });
    }
  };

  return stackHooks({ name }, { before, after, logger });
}

function emfRecord(
  namespace: string,
  serviceName: string,
  measurements: readonly Measurement[],
): string {
  const metrics = new Metrics({ namespace, serviceName });
  for (const { name: of, unit, value } of thinnedOut(measurements, MOST_VALUES)) {
    metrics.addMetric(of, unit, value);
  }
  return JSON.stringify(metrics.serializeMetrics());
}
