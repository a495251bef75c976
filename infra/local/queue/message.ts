/** A message attribute's value: a string (also for Number, to keep its digits) or bytes. */
export type MessageAttribute =
  | { readonly dataType: string; readonly stringValue: string }
  | { readonly dataType: string; readonly binaryValue: Uint8Array };

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a producer sends. */
export interface OutgoingMessage {
  readonly body: string;
  /** 0 to 900 seconds; default: the queue's own delay. */
  readonly delaySeconds?: number | undefined;
  readonly attributes?: MessageAttributes | undefined;
  /** AWS X-Ray's header, the only system attribute that a producer can set. */
  readonly traceHeader?: string | undefined;
  /** The tenant, as fair queues use it on a standard queue. */
  readonly groupId?: string | undefined;
}

/** A message in a queue. Times are epoch milliseconds. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
  /** When its producer sent it. A dead letter keeps this time, so it also determines the expiry. */
  readonly sentAt: number;
  /** The order of arrival. It orders messages that become visible in the same millisecond. */
  readonly arrival: number;
  /** For a dead letter, the ARN of the queue that it was moved from. */
  readonly deadLetterSourceArn: string | undefined;
  visibleAt: number;
  /** Over all queues, as in ApproximateReceiveCount. */
  receiveCount: number;
  /** In this queue only, for the redrive policy. */
  receivesHere: number;
  firstReceivedAt: number | undefined;
  lastReceivedAt: number | undefined;
}

/** A message as a consumer receives it. */
export interface ReceivedMessage extends Readonly<Omit<StoredMessage, "arrival">> {
  /** Different for each receive. */
  readonly receiptHandle: string;
}

/** Bytes that count towards SQS's limits: body, and each attribute's name, type and value. */
export function messageBytes(message: OutgoingMessage): number {
  let bytes = Buffer.byteLength(message.body);
  for (const [name, attribute] of Object.entries(message.attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.dataType);
    bytes +=
      "stringValue" in attribute
        ? Buffer.byteLength(attribute.stringValue)
        : attribute.binaryValue.byteLength;
  }
  return bytes;
}
