import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Delivery } from "./delivery.ts";
import type { Destination } from "./destination.ts";
import { eventBus, MAX_EVENT_OUTCOME_BYTES } from "./event-bus.ts";
import { MAX_QUEUED_OUTCOME_BYTES, queue } from "./queue.ts";
import { taskToken } from "./task-token.ts";
import { topic } from "./topic.ts";
import { webhook } from "./webhook.ts";

/** The clients of the services that outcomes are delivered to, beside SQS. */
export interface DestinationClients {
  readonly eventBridge?: EventBridgeClient;
  readonly sns?: SNSClient;
  readonly sfn?: SFNClient;
}

/** What deliveries need beyond their destination. */
export interface DeliveryPorts {
  /** Absent: each is made when it is first needed. */
  readonly clients?: DestinationClients | undefined;
  /** `undefined`: the client that all middlewares share. */
  readonly sqs: SQSClient | undefined;
  /** The poll queue, which webhooks need. */
  readonly pollQueueUrl: string | undefined;
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/** Makes the delivery to a destination. To add a kind, write its file, and add it here and to {@link Destination}. */
export function deliveryTo(destination: Destination, ports: DeliveryPorts): Delivery {
  const { sqs, pollQueueUrl, clients = {} } = ports;
  if (destination.queueUrl !== undefined) return queue(destination.queueUrl, sqs);
  if (destination.eventBus !== undefined)
    return eventBus(destination.eventBus, clients.eventBridge);
  if (destination.topicArn !== undefined) return topic(destination.topicArn, clients.sns);
  if (destination.taskToken !== undefined) return taskToken(destination.taskToken, clients.sfn);
  if (destination.webhook !== undefined && pollQueueUrl !== undefined) {
    return webhook(destination.webhook, { ...ports, pollQueueUrl });
  }
  throw new TypeError("a webhook needs the poll queue: give deliverOutcomes its pollQueueUrl");
}

/** The largest outcome that any destination accepts, in bytes: no outcome is written larger. */
export const MAX_OUTCOME_BYTES = Math.max(MAX_QUEUED_OUTCOME_BYTES, MAX_EVENT_OUTCOME_BYTES);
