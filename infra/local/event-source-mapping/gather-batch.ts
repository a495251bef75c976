/** The limits of a batch (Lambda developer guide, "Batching behavior"). */
export interface BatchLimits {
  /** In records. */
  readonly batchSize: number;
  /** How long to gather from the first record on, in milliseconds. */
  readonly windowMs: number;
}

/** A received record that is not yet in a batch. */
export interface WaitingRecord {
  /** The size of its JSON in the event, in bytes. */
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** What to do with the waiting records. */
export interface Gathering {
  /** How many of the first records to invoke with; 0 means to go on gathering. */
  readonly take: number;
  /** When to decide again, in epoch milliseconds; absent when only a new record can change the decision. */
  readonly dueAt?: number;
}

/** Lambda's quota for the payload of an invocation: 6 MB. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

const ENVELOPE_BYTES = Buffer.byteLength(JSON.stringify({ Records: [] }));
const COMMA_BYTES = 1;
const RECORDS_PER_RECEIVE = 10;
/** Lambda's initial number for a standard queue. */
const RECEIVES_AT_ONCE = 5;

/**
 * Decides when the oldest waiting records become a batch: when there are `batchSize` records, when the
 * next record would make the payload larger than 6 MB, or when the first record has waited for the window.
 *
 * @param waiting in the order of receiving
 * @param now epoch milliseconds
 */
export function gatherBatch(
  waiting: readonly WaitingRecord[],
  { batchSize, windowMs }: BatchLimits,
  now: number,
): Gathering {
  const [first] = waiting;
  if (!first) return { take: 0 };
  const fitting = countFitting(waiting, batchSize);
  const isFull = fitting === batchSize || fitting < waiting.length;
  const dueAt = first.receivedAt + windowMs;
  return isFull || now >= dueAt ? { take: fitting } : { take: 0, dueAt };
}

/** How many of the first records fit into one event: at least one. */
function countFitting(waiting: readonly WaitingRecord[], batchSize: number): number {
  let bytes = ENVELOPE_BYTES;
  let count = 0;
  for (const record of waiting.slice(0, batchSize)) {
    bytes += record.bytes + (count > 0 ? COMMA_BYTES : 0);
    if (count > 0 && bytes > MAX_PAYLOAD_BYTES) break;
    count += 1;
  }
  return count;
}

/** How many records one ReceiveMessage requests. */
export const receiveSize = ({ batchSize }: BatchLimits): number =>
  Math.min(RECORDS_PER_RECEIVE, batchSize);

/**
 * How many more ReceiveMessage calls to start. The waiting records and those that the calls may return should fill one
 * batch; at most five calls run at once.
 *
 * @param waiting the number of received records that are not yet in a batch
 * @param underWay the number of calls that are not answered yet
 */
export function receivesToStart(waiting: number, underWay: number, limits: BatchLimits): number {
  const wanted = Math.ceil((limits.batchSize - waiting) / receiveSize(limits));
  return Math.max(0, Math.min(wanted, RECEIVES_AT_ONCE) - underWay);
}
