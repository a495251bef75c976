import { BATCH_ENTRIES } from "./limits.ts";
import { SqsError, type SqsErrorCode } from "./sqs-error.ts";

export interface BatchFailure {
  readonly id: string;
  readonly code: SqsErrorCode;
  readonly message: string;
  /** Whether the error is the caller's; false for an error of the service. */
  readonly senderFault: boolean;
}

export interface BatchResult<Success> {
  readonly successful: readonly (Success & { readonly id: string })[];
  readonly failed: readonly BatchFailure[];
}

const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;
const SERVICE_FAULTS: ReadonlySet<SqsErrorCode> = new Set([
  "InternalError",
  "RequestThrottled",
  "ServiceUnavailable",
]);

const isServiceFault = (code: SqsErrorCode): boolean => SERVICE_FAULTS.has(code);

/** @throws SqsError when SQS would refuse the whole batch ('Amazon SQS batch actions'). */
export function assertBatch(entries: readonly { readonly id: string }[]): void {
  if (entries.length === 0) {
    throw new SqsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > BATCH_ENTRIES) {
    throw new SqsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${BATCH_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { id } of entries) {
    if (!ENTRY_ID.test(id)) {
      throw new SqsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (seen.has(id)) throw new SqsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    seen.add(id);
  }
}

/** Processes each entry separately: a refused entry becomes a failure, and the others continue. */
export function settleEntries<Entry extends { readonly id: string }, Success extends object>(
  entries: readonly Entry[],
  run: (entry: Entry) => Success,
): BatchResult<Success> {
  const successful: (Success & { readonly id: string })[] = [];
  const failed: BatchFailure[] = [];
  for (const entry of entries) {
    try {
      successful.push({ ...run(entry), id: entry.id });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const { code, message } = error;
      failed.push({ id: entry.id, code, message, senderFault: !isServiceFault(code) });
    }
  }
  return { successful, failed };
}
