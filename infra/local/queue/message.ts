/** A message attribute's value: a string (also for Number, so that its digits stay) or bytes. */
export type MessageAttribute =
  | { readonly dataType: string; readonly stringValue: string }
  | { readonly dataType: string; readonly binaryValue: Uint8Array };

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a producer sends. */
export interface OutgoingMessage {
  readonly body: string;
  /** Seconds, 0 to 900; the queue's own delay where it is absent. */
  readonly delaySeconds?: number | undefined;
  readonly attributes?: MessageAttributes | undefined;
  /** AWS X-Ray's header, the only system attribute a producer can set. */
  readonly traceHeader?: string | undefined;
  /** On a standard queue the tenant of a fair queue. */
  readonly groupId?: string | undefined;
}

/** A message in a queue. Times are epoch milliseconds. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
  /** When its producer sent it: a dead letter keeps it, so it also dates the expiry. */
  readonly sentAt: number;
  /** Ties between messages that become visible in the same millisecond are broken by arrival. */
  readonly arrival: number;
  /** ARN of the queue that gave it up, once it is a dead letter. */
  readonly deadLetterSourceArn: string | undefined;
  visibleAt: number;
  /** Over all queues, as ApproximateReceiveCount counts. */
  receiveCount: number;
  /** In this queue, as the redrive policy counts. */
  receivesHere: number;
  firstReceivedAt: number | undefined;
  lastReceivedAt: number | undefined;
}

/** A message as a consumer gets it. */
export interface ReceivedMessage extends Readonly<Omit<StoredMessage, "arrival">> {
  /** New at each receive. */
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
