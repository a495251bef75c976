import { SubmitError, type UnsentMessage } from "./client-errors.ts";
import type { Services } from "./services.ts";
import type { Prepared } from "./submissions.ts";

/** Options of `submit`. */
export interface SubmitOptions {
  /** When it aborts, no further call starts; what was not sent is in the {@link SubmitError}. */
  readonly signal?: AbortSignal;
  /** Called after each group of calls with the number of messages that SQS has accepted so far. */
  readonly onProgress?: (sent: number) => void;
}

/** Ten batches, which are sent at the same time. */
const SENT_AT_ONCE = 100;

/**
 * Sends messages in batches. After a refused message it goes on; after a call that failed as a whole, despite the SDK's
 * retries, no further call starts: it would fail, too.
 *
 * @throws {SubmitError} when not all messages were sent
 */
export async function sendSubmissions(
  services: Pick<Services, "sqs">,
  queueUrl: string,
  prepared: readonly Prepared[],
  { signal, onProgress }: SubmitOptions = {},
): Promise<void> {
  const { client, sendMessages } = await services.sqs();
  const sent: string[] = [];
  const unsent: UnsentMessage[] = [];
  let failed: Error | undefined;
  for (let from = 0; from < prepared.length; from += SENT_AT_ONCE) {
    const some = prepared.slice(from, from + SENT_AT_ONCE);
    const notTried = untried(failed, signal);
    const results =
      notTried === undefined ? await sendMessages(client, queueUrl, some, { signal }) : [];
    some.forEach(({ pollId }, at) => {
      const refusal = results[at];
      const reason = notTried ?? refusal?.message;
      if (reason === undefined) sent.push(pollId);
      else unsent.push({ index: from + at, pollId, reason });
      if (refusal?.cause !== undefined) failed = refusal;
    });
    onProgress?.(sent.length);
  }
  if (unsent.length > 0) throw new SubmitError(sent, unsent, { cause: failed ?? signal?.reason });
}

function untried(failed: Error | undefined, signal: AbortSignal | undefined): string | undefined {
  if (failed !== undefined) return "not tried, because a call before it failed";
  return signal?.aborted ? "not tried, because the caller stopped" : undefined;
}
