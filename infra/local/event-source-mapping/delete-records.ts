import { DeleteMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { inBatches } from "../../../lib/sqs/batches.ts";

/**
 * Deletes processed records. A record that cannot be deleted is delivered again, as SQS may do at any time.
 *
 * @returns the errors, one line each
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
