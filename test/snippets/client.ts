import { createPollClient, type PollMessage } from "request-poller/client";

// The outputs of the stack: the table below says which.
const { QUEUE_URL = "", TABLE_NAME, OUTCOME_QUEUE_URL, DEAD_LETTER_QUEUE_URL } = process.env;

const client = createPollClient({
  queueUrl: QUEUE_URL,
  tableName: TABLE_NAME,
  outcomeQueueUrl: OUTCOME_QUEUE_URL,
  deadLetterQueueUrl: DEAD_LETTER_QUEUE_URL,
});

/** Submits a poll and waits for its outcome; cancels the poll when that takes too long. */
export async function resultOf(message: PollMessage, timeoutMs: number): Promise<unknown> {
  const pollId = await client.submit(message);
  try {
    const { status, result, error } = await client.waitFor(pollId, { timeoutMs });
    if (status === "succeeded") return result;
    throw new Error(`${pollId} ended as ${status}: ${error?.message}`);
  } finally {
    // Does nothing when the poll has ended.
    await client.cancel(pollId);
  }
}
