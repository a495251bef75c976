import pLimit from "p-limit";
import { inBatches } from "../sqs/batches.ts";
import { messageSize } from "../sqs/outgoing-message.ts";
import { SubmitError, type UnsentMessage } from "./client-errors.ts";
import type { Services } from "./services.ts";
import type { Prepared } from "./submissions.ts";

/** Options of `submit`. */
export interface SubmitOptions {
  /** When it aborts, no further call starts; what was not sent is in the {@link SubmitError}. */
  readonly signal?: AbortSignal;
  /** Called after each call with the number of messages that SQS has accepted so far. */
  readonly onProgress?: (sent: number) => void;
}

const CALLS_AT_ONCE = 16;

/**
 * Sends messages in batches, several at once. After a refused message it goes on; after a call that failed as a whole,
 * despite the SDK's retries, no further call starts: it would fail, too.
 *
 * @throws {SubmitError} when it is not certain that all messages were sent
 */
export async function sendSubmissions(
  services: Pick<Services, "sqs">,
  queueUrl: string,
  prepared: readonly Prepared[],
  { signal, onProgress }: SubmitOptions = {},
): Promise<void> {
  const { client, sendMessages } = await services.sqs();
  const reasons = new Map<number, Pick<UnsentMessage, "reason" | "wasTried" | "mayBeSent">>();
  let sent = 0;
  let failed: Error | undefined;
  const sendBatch = async (batch: readonly Placed[]): Promise<void> => {
    const notTried = whyNotTried(failed, signal);
    if (notTried !== undefined) {
      const why = { reason: notTried, wasTried: false, mayBeSent: false };
      for (const { index } of batch) reasons.set(index, why);
      return;
    }
    const messages = batch.map(({ message }) => message);
    const results = await sendMessages(client, queueUrl, messages, { signal });
    batch.forEach(({ index }, at) => {
      const refusal = results[at];
      if (refusal === undefined) {
        sent++;
        return;
      }
      const { message: reason, mayBeAccepted: mayBeSent } = refusal;
      reasons.set(index, { reason, wasTried: true, mayBeSent });
      if (refusal.cause !== undefined) failed = refusal;
    });
    onProgress?.(sent);
  };
  const placed = prepared.map((message, index) => ({ message, index }));
  const batches = inBatches(placed, ({ message }) => messageSize(message));
  await pLimit(CALLS_AT_ONCE).map(batches, sendBatch);
  if (reasons.size === 0) return;
  throw new SubmitError(
    placed.flatMap(({ message, index }) => (reasons.has(index) ? [] : message.pollId)),
    placed.flatMap(({ message: { pollId }, index }) => {
      const why = reasons.get(index);
      return why === undefined ? [] : [{ index, pollId, ...why }];
    }),
    { cause: failed ?? signal?.reason },
  );
}

/** A message, and its position in the list that was given. */
interface Placed {
  readonly message: Prepared;
  readonly index: number;
}

function whyNotTried(
  failed: Error | undefined,
  signal: AbortSignal | undefined,
): string | undefined {
  if (failed !== undefined) return "not tried, because a call before it failed";
  return signal?.aborted ? "not tried, because the caller stopped" : undefined;
}
