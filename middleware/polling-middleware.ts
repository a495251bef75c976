import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { maskError, maskRecord } from "../lib/batch/logged-fields.ts";
import type { Fence } from "../lib/fence/fence.ts";
import type { GroupTable } from "../lib/groups/group-table.ts";
import { type AnyLogger, log, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { anyOption } from "../lib/options/option-schemas.ts";
import type { OutcomeStore } from "../lib/outcome/outcome-store.ts";
import { type NextBody, nextBody, nextPollMessage } from "../lib/poll/message/next.ts";
import { countGroups } from "./count-groups.ts";
import { deadLetterPoison } from "./dead-letter-poison.ts";
import { decideOutcomes } from "./decide-outcomes.ts";
import { type DeliverOutcomesOptions, deliverOutcomes } from "./deliver-outcomes.ts";
import { failureBackoff } from "./failure-backoff.ts";
import { logPolls } from "./log-polls.ts";
import { type RecordMetricsOptions, recordMetrics } from "./record-metrics.ts";
import { requeuePending } from "./requeue-pending.ts";
import { settleLeases } from "./settle-leases.ts";
import { type TracePollsOptions, tracePolls } from "./trace-polls.ts";

const name = "pollingMiddleware";

/** Options of {@link pollingMiddleware}. */
export interface PollingMiddlewareOptions {
  /** The queue that the records come from. */
  readonly queueUrl: string;
  /** The outcome queue. Without it, a poll that succeeded is acknowledged, and any other becomes a dead letter. */
  readonly outcomeQueueUrl?: string | undefined;
  /**
   * The destinations that a message's `deliver` may name; or a function that gives the current ones. With it, an
   * outcome that was refused for now goes back to the poll queue. `@default` the field `deliver` is not read
   */
  readonly allowDeliveries?: DeliverOutcomesOptions["allow"] | undefined;
  /**
   * Stores outcomes that are too large for a destination. Give it to the fence as well. `@default` they are shortened
   */
  readonly store?: OutcomeStore | undefined;
  /** The dead-letter queue. Without it, the queue's redrive policy moves records that can never be processed. */
  readonly deadLetterQueueUrl?: string | undefined;
  /** The fence that the records are claimed in. `@default` none */
  readonly fence?: Fence | undefined;
  /**
   * The groups that polls belong to, in the fence's table: made by `dynamoDbGroups`. Without a fence, nothing is counted.
   * `@default` the field `group` is not read
   */
  readonly groups?: GroupTable | undefined;
  /** Whether `logPolls` logs a line for each poll that ends. `@default` false */
  readonly logPolls?: boolean | undefined;
  /** The options of `tracePolls`. `@default` no segments are sent to X-Ray */
  readonly traces?: Pick<TracePollsOptions, "daemonAddress"> | undefined;
  /** The options of `recordMetrics`. `@default` no metrics */
  readonly metrics?: Omit<RecordMetricsOptions, "logger" | "now"> | undefined;
  /**
   * Makes the body of a requeued message. `@default` as in `requeuePending`; with a fence, `nextPollMessage({ fence })`
   */
  readonly next?: NextBody | undefined;
  /** `@default` a client with the SDK's standard settings, shared by all middlewares of this package */
  readonly client?: SQSClient | undefined;
  /** Clients of the other services that outcomes go to. `@default` as in `deliverOutcomes` */
  readonly clients?: DeliverOutcomesOptions["clients"] | undefined;
  /** Logs failed records, dead letters, and calls that AWS refused. `@default` writes a line of JSON */
  readonly logger?: AnyLogger | undefined;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: (() => number) | undefined;
  /** A number from 0 up to 1, for jitter. `@default` Math.random */
  readonly random?: (() => number) | undefined;
}

/** Only names are checked here: each middleware checks its own options. */
const optionSchema = z.strictObject({
  queueUrl: anyOption,
  outcomeQueueUrl: anyOption,
  allowDeliveries: anyOption,
  store: anyOption,
  deadLetterQueueUrl: anyOption,
  fence: anyOption,
  groups: anyOption,
  logPolls: z.optional(z.boolean("must be true or false")),
  traces: anyOption,
  metrics: anyOption,
  next: anyOption,
  client: anyOption,
  clients: anyOption,
  logger: anyOption,
  now: anyOption,
  random: anyOption,
});

/**
 * All middlewares that a batch of polls needs, in the order of their `use`. Their after-hooks run from the last to the
 * first: requeue, decide, count groups, deliver, settle leases, measure, trace, log, dead-letter, back off, and report in `batchItemFailures`.
 *
 * @returns a list for `use`
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * export const handler = middy()
 *   .use(pollingMiddleware({ queueUrl, outcomeQueueUrl, deadLetterQueueUrl }))
 *   .handler(eachRecord(handle));
 */
export function pollingMiddleware(
  options: PollingMiddlewareOptions,
): middy.MiddlewareObj<SQSEvent>[] {
  const given = checkOptions(name, optionSchema, options);
  const { queueUrl, outcomeQueueUrl, deadLetterQueueUrl, fence, groups, metrics } = given;
  const { next = fence ? nextPollMessage({ fence }) : nextBody, logger = log } = given;
  const {
    client,
    clients,
    store,
    allowDeliveries: allow,
    now = Date.now,
    random = Math.random,
  } = given;
  const sqs = { logger, ...(client !== undefined && { client }) };

  return [
    sqsPartialBatchFailure({ logger: logFailure(logger) }),
    failureBackoff({ ...sqs, queueUrl, random }),
    ...(deadLetterQueueUrl === undefined
      ? []
      : [deadLetterPoison({ ...sqs, queueUrl: deadLetterQueueUrl })]),
    ...(given.logPolls ? [logPolls({ logger })] : []),
    ...(given.traces === undefined ? [] : [tracePolls({ ...given.traces, now, logger })]),
    ...(metrics === undefined ? [] : [recordMetrics({ ...metrics, now, logger })]),
    ...(fence === undefined ? [] : [settleLeases({ fence, logger })]),
    deliverOutcomes({
      ...sqs,
      ...(outcomeQueueUrl !== undefined && { queueUrl: outcomeQueueUrl }),
      ...(store !== undefined && { store }),
      ...(clients !== undefined && { clients }),
      ...(allow !== undefined && { allow, pollQueueUrl: queueUrl, next, now, random }),
    }),
    ...(fence === undefined || groups === undefined
      ? []
      : [countGroups({ ...sqs, queueUrl, table: groups, now })]),
    ...(fence === undefined ? [] : [decideOutcomes({ fence, logger })]),
    requeuePending({ ...sqs, queueUrl, next, now }),
  ];
}

/** Logs a line for each record that is reported in `batchItemFailures`. */
function logFailure(logger: AnyLogger) {
  return (reason: unknown, record: SQSRecord): void => {
    tellLogger(logger, {
      level: "ERROR",
      message: "record failed",
      ...maskRecord(record),
      error: maskError(reason),
    });
  };
}
