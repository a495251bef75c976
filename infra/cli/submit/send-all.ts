import type { SQSClient } from "@aws-sdk/client-sqs";
import pLimit from "p-limit";
import { sendMessages } from "../../../lib/sqs/batch-calls.ts";
import { inBatches } from "../../../lib/sqs/batches.ts";
import { messageSize } from "../../../lib/sqs/outgoing-message.ts";
import type { FileMessage } from "./message-file.ts";

const CALLS_AT_ONCE = 16;

/** What came of sending: how many messages SQS took, and of each of the others why not. */
export interface Sent {
  readonly sent: number;
  readonly refused: readonly { readonly message: FileMessage; readonly reason: string }[];
  /** Left out after a call that failed as a whole, or after an interruption. */
  readonly untried: readonly FileMessage[];
}

/**
 * Sends messages in batches of ten entries and 1 MiB, several at once. A refused entry stops nothing; a call
 * that fails, the SDK's own retries included, is the last: the next would fail alike.
 *
 * @param onSent Told how many SQS has taken so far.
 * @param signal Starts no further call once it is aborted; what it left out is `untried`.
 */
export async function sendAll(
  client: SQSClient,
  queueUrl: string,
  messages: readonly FileMessage[],
  onSent: (sent: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  const limit = pLimit(CALLS_AT_ONCE);
  let sent = 0;
  let callFailed = false;
  const refused: { message: FileMessage; reason: string }[] = [];
  const untried: FileMessage[] = [];

  const sendBatch = async (batch: readonly FileMessage[]): Promise<void> => {
    if (callFailed || signal.aborted) {
      untried.push(...batch);
      return;
    }
    const outgoing = batch.map(({ text }) => ({ body: text }));
    const results = await sendMessages(client, queueUrl, outgoing);
    batch.forEach((message, index) => {
      const refusal = results[index];
      if (refusal === undefined) sent++;
      else refused.push({ message, reason: refusal.message });
      callFailed ||= refusal?.cause !== undefined;
    });
    onSent(sent);
  };
  const batches = inBatches(messages, ({ text }) => messageSize({ body: text }));
  await limit.map(batches, sendBatch);
  return { sent, refused, untried };
}
