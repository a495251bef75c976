import type { SQSClient } from "@aws-sdk/client-sqs";
import type { MessageAttributes, StoredMessage } from "../../infra/local/queue/message.ts";
import { queueUrl } from "../../infra/local/sqs/queue-url.ts";
import { type FaultControls, faultsOnDemand } from "./faults-on-demand.ts";
import { ENDPOINT, queueClient } from "./queue-client.ts";
import { queueWorldOf } from "./queue-world.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";

export interface TestQueueOptions {
  /** `@default` a unique name */
  readonly name?: string;
  /** Queues on the same clock share a world: one client reaches all of them. `@default` a new clock */
  readonly clock?: TestClock;
  /** The queue for messages that were received `maxReceiveCount` times. It must be on the same clock. */
  readonly deadLetterQueue?: TestQueue;
  /** `@default` 5 */
  readonly maxReceiveCount?: number;
  /** `@default` 360, six times the default timeout of {@link runStack} */
  readonly visibilityTimeoutSeconds?: number;
}

/** A message as it was sent. */
export interface SentMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: MessageAttributes;
  /** In epoch ms. */
  readonly sentAt: number;
  readonly delaySeconds: number;
}

/** A message that is in a queue now. */
export interface StandingMessage extends Pick<StoredMessage, "messageId" | "body" | "sentAt"> {
  readonly messageAttributes: MessageAttributes;
  readonly receiveCount: number;
  /** When it can next be received, in epoch ms. */
  readonly visibleAt: number;
}

/** A standard queue in memory, on a test clock. */
export interface TestQueue extends FaultControls {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly clock: TestClock;
  /** An SQSClient for the middlewares under test. It reaches all queues of the clock. */
  readonly client: SQSClient;
  /**
   * Sends a message; returns its id.
   *
   * @param body a string, or a value that is converted to JSON
   */
  send(
    body: unknown,
    options?: { delaySeconds?: number; messageAttributes?: MessageAttributes },
  ): string;
  /** Every message that was sent to the queue, in order, without the dead letters that SQS moved there. */
  readonly sent: SentMessage[];
  /** The messages in the queue now, including delayed ones and those in flight, the oldest first. */
  messages(): StandingMessage[];
}

let queues = 0;

/** Creates a queue. */
export function createTestQueue(options: TestQueueOptions = {}): TestQueue {
  const { deadLetterQueue, maxReceiveCount = 5, visibilityTimeoutSeconds = 360 } = options;
  const { clock = deadLetterQueue?.clock ?? createTestClock() } = options;
  const { service, faults } = queueWorldOf(clock);
  // Unique on all clocks: the client of another clock must not take this queue's URL for one of its own.
  const { name = `queue-${++queues}` } = options;
  const redrive = deadLetterQueue && {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount }),
  };
  service.queues.create(name, {
    MessageRetentionPeriod: "1209600",
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    ...redrive,
  });
  const queue = service.queues.byName(name);
  const sent: SentMessage[] = [];
  queue.store.observer = {
    added(message) {
      if (message.deadLetterSourceArn === undefined) sent.push(asSent(message));
    },
  };
  const onDemand = faultsOnDemand();
  faults.set(name, onDemand.faults);
  return {
    name,
    url: queueUrl(ENDPOINT, name),
    arn: queue.arn,
    clock,
    client: queueClient(service),
    send: (body, { delaySeconds, messageAttributes } = {}) =>
      service.sendMessage(name, {
        body: typeof body === "string" ? body : JSON.stringify(body),
        delaySeconds,
        attributes: messageAttributes,
      }),
    sent,
    messages: () => [...queue.store.messages()].map(standing),
    ...onDemand.controls,
  };
}

function asSent({ messageId, body, attributes, sentAt, visibleAt }: StoredMessage): SentMessage {
  const delaySeconds = (visibleAt - sentAt) / 1000;
  return { messageId, body, messageAttributes: attributes, sentAt, delaySeconds };
}

function standing(message: StoredMessage): StandingMessage {
  const { messageId, body, attributes, sentAt, receiveCount, visibleAt } = message;
  return { messageId, body, messageAttributes: attributes, sentAt, receiveCount, visibleAt };
}
