import { DeleteMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { inBatches } from "../../../lib/sqs/batches.ts";

/**
 * Deletes records that were processed. One that cannot be deleted comes back, as in SQS at any time.
 *
 * @returns what went wrong, a line a problem
 */
export async function deleteRecords(
  sqs: SQSClient,
  queueUrl: string,
  records: readonly SQSRecord[],
): Promise<string[]> {
  const problems = await Promise.all(
    inBatches(records).map(async (batch) => {
      const Entries = batch.map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
      }));
      try {
        const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries });
        const { Failed = [] } = await sqs.send(command);
        return Failed.map(({ Code, Message }) => `${Code}: ${Message}`);
      } catch (error) {
        return [String(error)];
      }
    }),
  );
  return problems.flat();
}
