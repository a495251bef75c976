import type { SQSRecord } from "aws-lambda";

/** A record as Lambda hands it over. */
export function recordOf(body: unknown, messageId = "m-1"): SQSRecord {
  return {
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1900000000000",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "1900000000001",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:polls",
    awsRegion: "us-east-1",
  };
}

/** The body of a message on the outcome queue. */
export function outcomeBody(fields: object = {}): string {
  return JSON.stringify({
    outcomeId: "p@2030-01-01T00:00:00.000Z",
    pollId: "p",
    status: "succeeded",
    retryCount: 0,
    startedAt: "2030-01-01T00:00:00.000Z",
    finishedAt: "2030-01-01T00:00:12.000Z",
    ...fields,
  });
}
