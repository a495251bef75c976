import { createHash } from "node:crypto";
import type { SQSEvent, SQSMessageAttributes, SQSRecord } from "aws-lambda";

/** The parts of a record that matter to a test; SQS's usual values are used for the others. */
export interface RecordParts {
  /** `@default` a unique id */
  readonly messageId?: string;
  /** `@default` a unique handle */
  readonly receiptHandle?: string;
  /** A string, or a value that is converted to JSON. `@default` "{}" */
  readonly body?: unknown;
  readonly attributes?: Partial<SQSRecord["attributes"]>;
  readonly messageAttributes?: SQSMessageAttributes;
}

/** When the records of {@link sqsRecord} were sent, in epoch ms. */
export const SENT_AT = 1_700_000_000_000;

let records = 0;

/** Creates a record as Lambda passes it to a function. Each is a different message, unless `messageId` is given. */
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

/** Creates the event of a batch. */
export function sqsEvent(...records: SQSRecord[]): SQSEvent {
  return { Records: records };
}

/**
 * Creates an id in the form of a UUID.
 *
 * @param number different for each id of its kind
 */
export function uniqueId(number: number): string {
  return `11111111-2222-4333-8444-${String(number).padStart(12, "0")}`;
}
