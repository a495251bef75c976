import type { SQSClient } from "@aws-sdk/client-sqs";
import pLimit from "p-limit";
import { sendMessages } from "../../../lib/sqs/batch-calls.ts";
import { inBatches } from "../../../lib/sqs/batches.ts";
import { messageSize } from "../../../lib/sqs/outgoing-message.ts";
import type { FileMessage } from "./message-file.ts";

const CALLS_AT_ONCE = 16;

/** The result of sending: how many messages SQS accepted, and why it refused each of the others. */
export interface Sent {
  readonly sent: number;
  readonly refused: readonly { readonly message: FileMessage; readonly reason: string }[];
  /** Not sent, because a call failed as a whole before, or the command was interrupted. */
  readonly untried: readonly FileMessage[];
}

/**
 * Sends messages in batches of at most ten entries and 1 MiB, several batches at once. After a refused entry sending
 * goes on. After a call that fails as a whole, despite the SDK's retries, no further call starts: it would fail too.
 *
 * @param onSent Called with the number of messages that SQS has accepted so far.
 * @param signal When it aborts, no further call starts; the remaining messages are `untried`.
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
