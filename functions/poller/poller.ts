import type { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import inputOutputLogger from "@middy/input-output-logger";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { Context, SQSEvent } from "aws-lambda";
import { type EachRecordOptions, eachRecord } from "../../lib/batch/each-record.ts";
import { createFence } from "../../lib/fence/fence.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";
import { createHostPauses } from "../../lib/http/host-pauses.ts";
import type { Logger } from "../../lib/log/logger.ts";
import { createRequestMeasurements } from "../../lib/metrics/request-measurements.ts";
import { nextPollMessage } from "../../lib/poll/message/next.ts";
import { deadLetterPoison } from "../../middleware/dead-letter-poison.ts";
import { decideOutcomes } from "../../middleware/decide-outcomes.ts";
import { deliverOutcomes } from "../../middleware/deliver-outcomes.ts";
import { failureBackoff } from "../../middleware/failure-backoff.ts";
import { type RecordMetricsOptions, recordMetrics } from "../../middleware/record-metrics.ts";
import { requeuePending } from "../../middleware/requeue-pending.ts";
import { settleLeases } from "../../middleware/settle-leases.ts";
import type { PollerEnvironment } from "./environment.ts";
import { hostLanes } from "./host-lanes.ts";
import { logEventAndResponse, logFailure } from "./log-lines.ts";
import { measuredSend } from "./measured-send.ts";
import { type PollPorts, pollRecord } from "./poll-record.ts";

type Settings = Pick<
  PollerEnvironment,
  "queueUrl" | "deadLetterQueueUrl" | "outcomeQueueUrl" | "concurrency" | "hostConcurrency"
> &
  Partial<Pick<PollerEnvironment, "caps">>;

/** What the poller needs of the world. */
export interface PollerPorts extends Omit<PollPorts, "pauses" | "fence" | "caps"> {
  readonly client: SQSClient;
  /** `undefined`: no fence. */
  readonly table: PollTable | undefined;
  readonly logger: Logger;
  /** Makes an id that nobody else makes: a copy's, a claim's. */
  readonly newId: () => string;
  readonly startTimer: EachRecordOptions["startTimer"];
  /** Absent: no metrics. */
  readonly metrics?: Pick<RecordMetricsOptions, "namespace" | "write"> | undefined;
}

/** Makes the poller's Lambda handler. */
export function createPoller(settings: Settings, ports: PollerPorts) {
  const { queueUrl, deadLetterQueueUrl, outcomeQueueUrl, concurrency, hostConcurrency, caps } =
    settings;
  const { client, table, logger, now, random, newId, startTimer, metrics } = ports;
  const fence = table && createFence({ table, now, newClaimId: newId, logger, random });
  const next = nextPollMessage({ newCopyId: newId, ...(fence && { fence }) });
  const requests = createRequestMeasurements();
  const send = metrics ? measuredSend(ports.send, requests, now) : ports.send;
  const lanes = hostLanes(hostConcurrency);
  // A poll is parsed before it is held: what is wrong with it, or over, is found first.
  const options = {
    concurrency,
    now,
    holdEarly: false,
    ...(lanes && { lanes }),
    ...(startTimer && { startTimer }),
  };

  // After-hooks run from the last to the first: requeue, decide, deliver, settle leases, measure, dead-letter, back off, report, log.
  return middy()
    .use(inputOutputLogger({ logger: logEventAndResponse(logger) }))
    .use(sqsPartialBatchFailure({ logger: logFailure(logger) }))
    .use(failureBackoff({ queueUrl, client, logger, random }))
    .use(
      deadLetterQueueUrl ? deadLetterPoison({ queueUrl: deadLetterQueueUrl, client, logger }) : [],
    )
    .use(metrics ? recordMetrics({ ...metrics, requests, now, logger }) : [])
    .use(fence ? settleLeases({ fence, logger }) : [])
    .use(deliverOutcomes({ client, ...(outcomeQueueUrl && { queueUrl: outcomeQueueUrl }) }))
    .use(fence ? decideOutcomes({ fence }) : [])
    .use(requeuePending({ queueUrl, client, now, next }))
    .handler((event: SQSEvent, context: Context) => {
      const poll = pollRecord({ ...ports, send, fence, caps, pauses: createHostPauses() });
      return eachRecord(poll, options)(event, context);
    });
}
