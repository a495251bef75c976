import type { SQSEvent, SQSMessageAttributes, SQSRecord } from "aws-lambda";

/** What a test says of a record; the rest is as SQS would have it. */
export interface RecordParts {
  readonly messageId?: string;
  /** A text, or what is written as JSON. `@default` "{}" */
  readonly body?: unknown;
  readonly attributes?: Partial<SQSRecord["attributes"]>;
  readonly messageAttributes?: SQSMessageAttributes;
}

/** When the records of {@link sqsRecord} were sent, in epoch ms. */
export const SENT_AT = 1_700_000_000_000;

/** Makes a record as Lambda hands it over. */
export function sqsRecord(parts: RecordParts = {}): SQSRecord {
  const { messageId = "11111111-2222-3333-4444-555555555555", body = "{}" } = parts;
  return {
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(SENT_AT),
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: String(SENT_AT),
      ...parts.attributes,
    },
    messageAttributes: parts.messageAttributes ?? {},
    md5OfBody: "99914b932bd37a50b983c5e7c90ae93b",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:polls",
    awsRegion: "us-east-1",
  };
}

/** Makes the event of a batch. */
export function sqsEvent(...records: SQSRecord[]): SQSEvent {
  return { Records: records };
}
