/** What ends the gathering of a batch (Lambda developer guide, "Batching behavior"). */
export interface BatchLimits {
  /** Records. */
  readonly batchSize: number;
  /** How long to gather, from the first record on, in milliseconds. */
  readonly windowMs: number;
}

/** A record that was received and is not yet in a batch. */
export interface WaitingRecord {
  /** Its JSON in the event, in bytes. */
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** What to do with the waiting records. */
export interface Gathering {
  /** How many of the first to invoke with; 0 to go on gathering. */
  readonly take: number;
  /** When to look again, in epoch milliseconds; not given when only a new record changes anything. */
  readonly dueAt?: number;
}

/** Lambda's quota for the payload of an invocation: 6 MB. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

const ENVELOPE_BYTES = Buffer.byteLength(JSON.stringify({ Records: [] }));
const COMMA_BYTES = 1;
const RECORDS_PER_RECEIVE = 10;
/** As many as Lambda starts with for a standard queue. */
const RECEIVES_AT_ONCE = 5;

/**
 * Decides how the oldest waiting records become a batch: when it has `batchSize` records, when the
 * next record would lift its payload above 6 MB, or when its first record has waited for the window.
 *
 * @param waiting in the order they were received
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

/** How many of the first records one event can carry: at least one. */
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

/** How many records one ReceiveMessage asks for. */
export const receiveSize = ({ batchSize }: BatchLimits): number =>
  Math.min(RECORDS_PER_RECEIVE, batchSize);

/**
 * How many more ReceiveMessage calls to start, so that what waits and what they may bring fills one
 * batch, at most five of them under way at once.
 *
 * @param waiting records received and not yet in a batch
 * @param underWay calls that have not answered yet
 */
export function receivesToStart(waiting: number, underWay: number, limits: BatchLimits): number {
  const wanted = Math.ceil((limits.batchSize - waiting) / receiveSize(limits));
  return Math.max(0, Math.min(wanted, RECEIVES_AT_ONCE) - underWay);
}
