import { Metrics } from "@aws-lambda-powertools/metrics";
import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
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
  /** The value of their one dimension, `service`. `@default` the function's name */
  readonly service?: string;
  /** What else was measured in the invocation: `createRequestMeasurements()`, which your requests are noted in. */
  readonly requests?: Pick<RequestMeasurements, "take">;
  /** Takes the record, a line of JSON. `@default` standard output: Lambda takes it from there as it is */
  readonly write?: (line: string) => void;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Told when there is no record. `@default` a line of JSON */
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
 * A record in CloudWatch's embedded metric format holds 100 values of a metric at most ("Specification: Embedded
 * metric format"); Powertools' Metrics writes it out, and begins another, at the hundredth.
 */
const MOST_VALUES = 99;

/**
 * Writes one record of metrics an invocation, in CloudWatch's embedded metric format: `Polls`, and of them `Pending`,
 * `Held`, `Succeeded`, `Failed`, `Exhausted`, `Expired`, `Poison`, `Completed` (with no outcome of ours),
 * `SendRefused` (SQS did not take a requeue or an outcome), `Rejected`; and the distributions `Retries`,
 * `TimeToOutcome`, `Lateness`: when the invocation started that asked, against the body's `dueAt` (epoch ms, by
 * `nextPollMessage`), else its `notBefore`, else when a message was sent that was never requeued.
 *
 * Stands after `deadLetterPoison` and before `deliverOutcomes` and `requeuePending`, whose refusals it counts.
 * Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is wrong or unknown
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
      const reason = error instanceof Error ? error.message : `a ${typeof error} was thrown`;
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
