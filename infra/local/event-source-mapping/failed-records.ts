import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";

/** The records that an invocation did not process; they stay in the queue. */
export interface FailedRecords {
  readonly messageIds: ReadonlySet<string>;
  /** Why the response failed the whole batch, if it did. */
  readonly problem?: string;
}

const responseSchema = z.nullish(
  z.looseObject({
    batchItemFailures: z.nullish(
      z.array(z.looseObject({ itemIdentifier: z.string().check(z.minLength(1)) })),
    ),
  }),
);

/**
 * Reads the response of a function that reports batch item failures, as Lambda does (developer
 * guide, "Success and failure conditions" of partial batch responses). Complete success: null, `{}`, and a null or
 * empty `batchItemFailures`. Complete failure: invalid JSON, and an `itemIdentifier` that is missing, null or empty, or
 * that names no record of the batch.
 *
 * @param payload the function's response as JSON; undefined when there is none
 */
export function failedRecords(
  payload: string | undefined,
  records: readonly SQSRecord[],
): FailedRecords {
  const batch = new Set(records.map(({ messageId }) => messageId));
  const response = responseSchema.safeParse(parseJson(payload));
  if (!response.success) {
    return {
      messageIds: batch,
      problem: `the whole batch failed: the response ${payload?.slice(0, 200)} is not { "batchItemFailures": [{ "itemIdentifier": "<messageId>" }] }`,
    };
  }
  const named = (response.data?.batchItemFailures ?? []).map(
    ({ itemIdentifier }) => itemIdentifier,
  );
  const stranger = named.find((messageId) => !batch.has(messageId));
  if (stranger !== undefined) {
    return {
      messageIds: batch,
      problem: `the whole batch failed: the response names ${stranger}, which is not a messageId of the batch`,
    };
  }
  return { messageIds: new Set(named) };
}

/** Invalid JSON is returned as text, which the schema refuses too. */
function parseJson(payload: string | undefined): unknown {
  if (payload === undefined) return undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
