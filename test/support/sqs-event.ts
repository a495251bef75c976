import type { Context, SQSEvent, SQSMessageAttributes, SQSRecord } from "aws-lambda";

/** What a test says of a record; the rest is as SQS would have it. */
export interface RecordParts {
  readonly messageId?: string;
  /** A text, or what is written as JSON. */
  readonly body?: unknown;
  readonly attributes?: Partial<SQSRecord["attributes"]>;
  readonly messageAttributes?: SQSMessageAttributes;
}

/** When the records of tests were sent, in epoch ms. */
export const SENT_AT = 1_700_000_000_000;

/** A record as Lambda hands it over. */
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

/** A batch of records. */
export function sqsEvent(...records: SQSRecord[]): SQSEvent {
  return { Records: records };
}

/** A Lambda context that says how much time is left, in ms. */
export function lambdaContext(remainingMs: () => number = () => 60_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: "poller",
    functionVersion: "1",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:poller",
    memoryLimitInMB: "256",
    awsRequestId: "00000000-0000-0000-0000-000000000000",
    logGroupName: "/aws/lambda/poller",
    logStreamName: "test",
    getRemainingTimeInMillis: remainingMs,
    done() {},
    fail() {},
    succeed() {},
  };
}
