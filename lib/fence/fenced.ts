import type { RecordHandler } from "../batch/each-record.ts";
import type { Fence } from "./fence.ts";

/**
 * Makes a record handler that claims a record's poll in the fence's table, and runs `handle` only for the one copy that
 * continues the poll.
 *
 * The requeue must mark its copies with `next: nextPollMessage({ fence })`; otherwise each would count as a new
 * submission.
 *
 * @example
 * const fence = createFence({ table: dynamoDbTable({ tableName }) });
 * export const handler = middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(failureBackoff({ queueUrl }))
 *   .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl }))
 *   .use(settleLeases({ fence }))
 *   .use(deliverOutcomes({ queueUrl: outcomeQueueUrl }))
 *   .use(decideOutcomes({ fence }))
 *   .use(requeuePending({ queueUrl, next: nextPollMessage({ fence }) }))
 *   .handler(eachRecord(fenced(handle, { fence })));
 */
export function fenced(handle: RecordHandler, { fence }: { readonly fence: Fence }): RecordHandler {
  return async (record, control) =>
    (await fence.claim(record, control)) ?? (await handle(record, control));
}
