import { MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from "../limits.ts";

/**
 * Splits entries into batches for one SQS call each: at most ten entries and 1 MiB in total. Entries keep their order.
 * An entry that is too large gets its own batch, so that SQS refuses no other entry with it.
 *
 * @param sizeOf an entry's size in bytes
 */
export function inBatches<Entry>(
  entries: readonly Entry[],
  sizeOf: (entry: Entry) => number = () => 0,
): Entry[][] {
  const batches: Entry[][] = [];
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const full = batch.length === MAX_BATCH_ENTRIES || bytes + size > MAX_MESSAGE_BYTES;
    if (batch.length === 0 || full) {
      batch = [];
      bytes = 0;
      batches.push(batch);
    }
    batch.push(entry);
    bytes += size;
  }
  return batches;
}
