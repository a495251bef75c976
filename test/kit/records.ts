import { createHash } from "node:crypto";
import type { SQSEvent, SQSMessageAttributes, SQSRecord } from "aws-lambda";

/** What a test says of a record; the rest is as SQS would have it. */
export interface RecordParts {
  /** `@default` an id that no other record has */
  readonly messageId?: string;
  /** `@default` a handle that no other record has */
  readonly receiptHandle?: string;
  /** A text, or what is written as JSON. `@default` "{}" */
  readonly body?: unknown;
  readonly attributes?: Partial<SQSRecord["attributes"]>;
  readonly messageAttributes?: SQSMessageAttributes;
}

/** When the records of {@link sqsRecord} were sent, in epoch ms. */
export const SENT_AT = 1_700_000_000_000;

let records = 0;

/** Makes a record as Lambda hands it over. Each is a message of its own, unless `messageId` says otherwise. */
export function sqsRecord(parts: RecordParts = {}): SQSRecord {
  const number = ++records;
  const { messageId = uniqueId(number), body = "{}" } = parts;
  const { receiptHandle = `handle ${number} of ${messageId}` } = parts;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    messageId,
    receiptHandle,
    body: text,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(SENT_AT),
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: String(SENT_AT),
      ...parts.attributes,
    },
    messageAttributes: parts.messageAttributes ?? {},
    md5OfBody: createHash("md5").update(text).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:polls",
    awsRegion: "us-east-1",
  };
}

/** Makes the event of a batch. */
export function sqsEvent(...records: SQSRecord[]): SQSEvent {
  return { Records: records };
}

/**
 * Makes an id in the form of a UUID.
 *
 * @param number what no other id of its kind has
 */
export function uniqueId(number: number): string {
  return `11111111-2222-4333-8444-${String(number).padStart(12, "0")}`;
}
