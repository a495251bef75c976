import type { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import inputOutputLogger from "@middy/input-output-logger";
import type { Context, SQSEvent } from "aws-lambda";
import { type EachRecordOptions, eachRecord } from "../../lib/batch/each-record.ts";
import { createFence } from "../../lib/fence/create-fence.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";
import type { GroupTable } from "../../lib/groups/group-table.ts";
import { createHostPauses } from "../../lib/http/host-pauses.ts";
import { createSharedSteps } from "../../lib/jmespath/shared-steps.ts";
import type { Logger } from "../../lib/log/logger.ts";
import { createRequestMeasurements } from "../../lib/metrics/request-measurements.ts";
import type { OutcomeStore } from "../../lib/outcome/outcome-store.ts";
import { refuseForbidden } from "../../lib/poll/message/deliver.ts";
import { nextPollMessage } from "../../lib/poll/message/next.ts";
import type { Preset } from "../../lib/presets/preset.ts";
import { presetListWith } from "../../lib/verdict/preset-list.ts";
import type { DeliverOutcomesOptions } from "../../middleware/deliver-outcomes.ts";
import { pollingMiddleware } from "../../middleware/polling-middleware.ts";
import type { RecordMetricsOptions } from "../../middleware/record-metrics.ts";
import type { PollerEnvironment } from "./environment.ts";
import { hostLanes } from "./host-lanes.ts";
import { logEventAndResponse } from "./log-lines.ts";
import { measuredSend } from "./measured-send.ts";
import { type PollPorts, pollRecord } from "./poll-record.ts";

type Settings = Pick<
  PollerEnvironment,
  "queueUrl" | "deadLetterQueueUrl" | "outcomeQueueUrl" | "concurrency" | "hostConcurrency"
> &
  Partial<
    Pick<PollerEnvironment, "caps" | "checkpointEvery" | "daemonAddress" | "history" | "logLevel">
  > & {
    /** Further presets by name, beside those of this package. */
    readonly presets?: Readonly<Record<string, Preset>>;
  };

/** The I/O that the poller needs. */
export interface PollerPorts
  extends Omit<PollPorts, "pauses" | "newBudget" | "fence" | "caps" | "presets"> {
  readonly client: SQSClient;
  /** Of the other services that outcomes go to. Absent: each is made when it is first needed. */
  readonly clients?: DeliverOutcomesOptions["clients"];
  /** `undefined`: no fence. */
  readonly table: PollTable | undefined;
  /** The groups, in the same table. Absent: messages may name none. */
  readonly groups?: GroupTable | undefined;
  /** The destinations that messages may name now. Absent: none. */
  readonly allowDeliveries?: () => readonly string[];
  /** Stores outcomes that are too large for the table or a destination. Absent: they are shortened. */
  readonly store?: OutcomeStore;
  readonly logger: Logger;
  /** Makes a unique id, for copies and claims. */
  readonly newId: () => string;
  readonly startTimer: EachRecordOptions["startTimer"];
  /** Absent: no metrics. */
  readonly metrics?: Pick<RecordMetricsOptions, "namespace" | "write"> | undefined;
}

/** Makes the poller's Lambda handler. */
export function createPoller(settings: Settings, ports: PollerPorts) {
  const { queueUrl, deadLetterQueueUrl, outcomeQueueUrl, concurrency, hostConcurrency, caps } =
    settings;
  const { checkpointEvery = 1, history = "claims", daemonAddress } = settings;
  const { allowDeliveries = () => [], clients, store } = ports;
  const { client, table, logger, now, random, newId, startTimer, metrics } = ports;
  const presets = settings.presets && presetListWith(settings.presets);
  const fence =
    table &&
    createFence({
      table,
      checkpointEvery,
      history,
      now,
      newClaimId: newId,
      logger,
      random,
      ...(store !== undefined && { store }),
    });
  const next = nextPollMessage({ newCopyId: newId, ...(fence && { fence }) });
  const requests = createRequestMeasurements();
  const send = metrics ? measuredSend(ports.send, requests, now) : ports.send;
  const mayDeliver: PollPorts["refuseForbidden"] = (destinations, field) =>
    refuseForbidden(destinations, allowDeliveries(), queueUrl, field);
  const lanes = hostLanes(hostConcurrency);
  // A poll is parsed before it is held, so that an invalid or expired one is found at once.
  const options = {
    concurrency,
    now,
    holdEarly: false,
    ...(lanes && { lanes }),
    ...(startTimer && { startTimer }),
  };

  return middy()
    .use(inputOutputLogger({ logger: logEventAndResponse(logger, settings.logLevel === "DEBUG") }))
    .use(
      pollingMiddleware({
        queueUrl,
        outcomeQueueUrl,
        allowDeliveries,
        store,
        deadLetterQueueUrl,
        fence,
        groups: ports.groups,
        logPolls: true,
        traces: daemonAddress === undefined ? undefined : { daemonAddress },
        metrics: metrics && { ...metrics, requests },
        next,
        client,
        clients,
        logger,
        now,
        random,
      }),
    )
    .handler((event: SQSEvent, context: Context) => {
      const [pauses, newBudget] = [createHostPauses(), createSharedSteps()];
      const batch = {
        pauses,
        newBudget,
        refuseForbidden: mayDeliver,
        keepsWhole: store !== undefined,
        hasGroups: ports.groups !== undefined,
      };
      const poll = pollRecord({ ...ports, ...batch, send, fence, caps, presets });
      return eachRecord(poll, options)(event, context);
    });
}
