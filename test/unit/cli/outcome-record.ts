import type { SQSRecord } from "aws-lambda";
import { sqsRecord } from "../../kit/records.ts";

/** A record as Lambda passes it to the function. */
export const recordOf = (body: unknown, messageId = "m-1"): SQSRecord =>
  sqsRecord({ body, messageId, attributes: { SentTimestamp: "1900000000000" } });

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
