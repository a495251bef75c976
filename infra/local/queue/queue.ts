import type { MessageChanges } from "./change-log.ts";
import type { Faults } from "./faults.ts";
import { BATCH_ENTRIES, IN_FLIGHT_MESSAGES, VISIBILITY_TIMEOUT_SECONDS } from "./limits.ts";
import type { OutgoingMessage, ReceivedMessage, StoredMessage } from "./message.ts";
import { assertSendable, assertWithin } from "./message-rules.ts";
import { MessageStore } from "./message-store.ts";
import { type QueueAttributes, type QueueSettings, settingsOf } from "./queue-attributes.ts";
import { messageIdOf, receiptHandle } from "./receipt-handle.ts";
import { invalidParameter, SqsError } from "./sqs-error.ts";

export interface ReceiveRequest {
  /** 1 to 10; default 1. */
  readonly maxMessages?: number | undefined;
  /** 0 to 43200 seconds; default: the queue's visibility timeout. */
  readonly visibilityTimeoutSeconds?: number | undefined;
}

/** What a queue needs from its owner. */
export interface QueuePorts {
  readonly messageChanges: MessageChanges | undefined;
  readonly newMessageId: () => string;
  readonly nextArrival: () => number;
  readonly faults: () => Faults;
  /** Moves a message that was received too often; false when its dead-letter queue no longer exists. */
  readonly deadLetter: (message: StoredMessage, source: Queue, now: number) => boolean;
}

/** One standard queue. Every `now` is in epoch ms and must not go backwards. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags = new Map<string, string>();
  readonly store: MessageStore;
  modifiedAt: number;
  purgedAt: number | undefined;
  #attributes: QueueAttributes;
  #settings: QueueSettings;
  readonly #ports: QueuePorts;

  constructor(
    identity: { readonly name: string; readonly arn: string; readonly createdAt: number },
    attributes: QueueAttributes,
    ports: QueuePorts,
  ) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.createdAt = identity.createdAt;
    this.modifiedAt = identity.createdAt;
    this.#attributes = attributes;
    this.#settings = settingsOf(attributes);
    this.#ports = ports;
    this.store = new MessageStore(ports.messageChanges);
  }

  get attributes(): QueueAttributes {
    return this.#attributes;
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  setAttributes(attributes: QueueAttributes, now: number): void {
    this.#attributes = attributes;
    this.#settings = settingsOf(attributes);
    this.modifiedAt = now;
  }

  advanceTo(now: number): void {
    this.store.advanceTo(now, this.#settings.messageRetentionSeconds * 1000);
  }

  send(message: OutgoingMessage, now: number): string {
    assertSendable(message, this.#settings.maximumMessageSize);
    const delaySeconds = message.delaySeconds ?? this.#settings.delaySeconds;
    return this.addNew(message, now + delaySeconds * 1000, now);
  }

  /** Adds a message with a new id, sent now and never received. */
  addNew(
    message: Pick<OutgoingMessage, "body" | "attributes" | "traceHeader" | "groupId">,
    visibleAt: number,
    now: number,
  ): string {
    const messageId = this.#ports.newMessageId();
    const { body, attributes = {}, traceHeader, groupId } = message;
    this.store.add(
      {
        messageId,
        body,
        attributes,
        traceHeader,
        groupId,
        sentAt: now,
        arrival: this.#ports.nextArrival(),
        deadLetterSourceArn: undefined,
        visibleAt,
        receiveCount: 0,
        receivesHere: 0,
        firstReceivedAt: undefined,
        lastReceivedAt: undefined,
      },
      now,
    );
    return messageId;
  }

  /** Adds a dead letter, which keeps its id, enqueue time and receive count. */
  addDeadLetter(message: StoredMessage, sourceArn: string, now: number): void {
    const arrival = this.#ports.nextArrival();
    const moved = { ...message, arrival, deadLetterSourceArn: sourceArn, visibleAt: now };
    this.store.add({ ...moved, receivesHere: 0 }, now);
  }

  /** Receives visible messages, the oldest first; fewer or none when the in-flight limit is reached. */
  receive(request: ReceiveRequest, now: number): ReceivedMessage[] {
    const { maxMessages = 1, visibilityTimeoutSeconds } = request;
    const timeoutSeconds = visibilityTimeoutSeconds ?? this.#settings.visibilityTimeoutSeconds;
    const received: ReceivedMessage[] = [];
    const heldForThisCall: StoredMessage[] = [];
    while (received.length < maxMessages && this.store.inFlightCount < IN_FLIGHT_MESSAGES) {
      const message = this.store.firstVisible();
      if (message === undefined) break;
      const { redrivePolicy } = this.#settings;
      const spent = redrivePolicy && message.receivesHere >= redrivePolicy.maxReceiveCount;
      if (spent && this.#ports.deadLetter(message, this, now)) continue;
      received.push(this.#handOut(message, now));
      const { duplicate } = this.#ports.faults();
      if (duplicate?.(message, this.name)) {
        this.store.holdUntil(message, now, now);
      } else {
        this.store.holdUntil(message, Number.POSITIVE_INFINITY, now);
        heldForThisCall.push(message);
      }
    }
    for (const message of heldForThisCall) {
      this.store.holdUntil(message, now + timeoutSeconds * 1000, now);
    }
    return received;
  }

  /** Neither a deleted message nor the handle of an earlier receive is an error. */
  delete(handle: string): void {
    const message = this.store.get(messageIdOf(handle, this.name));
    if (message === undefined) return;
    if (this.#ports.faults().forgetDelete?.(message, this.name)) return;
    this.store.remove(message);
  }

  /** Does not count as a receive. @throws SqsError as documented for ChangeMessageVisibility (API Reference). */
  changeVisibility(handle: string, timeoutSeconds: number, now: number): void {
    assertWithin("VisibilityTimeout", timeoutSeconds, 0, VISIBILITY_TIMEOUT_SECONDS);
    const message = this.store.get(messageIdOf(handle, this.name));
    if (message === undefined) {
      throw invalidParameter(
        "ReceiptHandle",
        handle,
        "Message does not exist or is not available for visibility timeout change.",
      );
    }
    if (!this.store.isInFlight(message) || message.lastReceivedAt === undefined) {
      throw new SqsError(
        "MessageNotInflight",
        `Message ${message.messageId} is not in flight: its visibility timeout has passed. Receive it again first.`,
      );
    }
    const visibleAt = now + timeoutSeconds * 1000;
    if (visibleAt > message.lastReceivedAt + VISIBILITY_TIMEOUT_SECONDS * 1000) {
      throw invalidParameter(
        "VisibilityTimeout",
        timeoutSeconds,
        `Total VisibilityTimeout for the message is beyond the limit [${VISIBILITY_TIMEOUT_SECONDS} seconds].`,
      );
    }
    this.store.holdUntil(message, visibleAt, now);
  }

  /** Makes messages visible that wait for the end of their delay. @returns how many */
  wake(isMeant: (message: StoredMessage) => boolean, now: number): number {
    const waits = (message: StoredMessage) =>
      message.visibleAt > now && !this.store.isInFlight(message);
    const woken = [...this.store.messages()].filter((of) => waits(of) && isMeant(of));
    for (const message of woken) this.store.holdUntil(message, now, now);
    return woken.length;
  }

  #handOut(message: StoredMessage, now: number): ReceivedMessage {
    message.receiveCount += 1;
    message.receivesHere += 1;
    message.firstReceivedAt ??= now;
    message.lastReceivedAt = now;
    const handle = receiptHandle(this.name, message.messageId, message.receivesHere);
    return { ...message, receiptHandle: handle };
  }
}

/** @throws SqsError InvalidParameterValue for a number outside ReceiveMessage's ranges. */
export function assertReceivable(request: ReceiveRequest): void {
  assertWithin("MaxNumberOfMessages", request.maxMessages, 1, BATCH_ENTRIES);
  assertWithin(
    "VisibilityTimeout",
    request.visibilityTimeoutSeconds,
    0,
    VISIBILITY_TIMEOUT_SECONDS,
  );
}
