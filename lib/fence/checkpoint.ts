/**
 * How many messages of a poll there are between two checkpoints, where a stack has them. Each duplicate that is
 * delivered at once makes 4.5 further requests on average; one that is delivered later is mostly found at once.
 */
export const CHECKPOINT_EVERY = 10;

/** The parts of a record that decide whether it is a checkpoint. */
export interface Hop {
  readonly sequence: number;
  readonly isSubmission: boolean;
  /** Whether SQS has delivered the message before: its first delivery may have been requeued already. */
  readonly isRedelivered: boolean;
  /** Whether its poll has ended, and only its claim knows the outcome that is still to be delivered. */
  readonly isUndelivered: boolean;
  /** Whether it does not wait any longer because of a nudge, which counts until the next claim. */
  readonly isNudged: boolean;
  /** Absent in a message of the previous version, or of a stack without a table: only a claim can give it one. */
  readonly proof?: string;
}

/**
 * Whether a record has to claim its poll.
 *
 * All copies of a poll have to claim at the same sequences: only there can the table refuse all but one. Sequence 1 is
 * among them because a second submission, which is never beyond sequence 0, goes on unless the row has a later one. A
 * redelivered message claims besides: its successor has often passed a checkpoint meanwhile, and then it is stale.
 *
 * @param every all messages whose sequence is a multiple of this are checkpoints; with 1, each message is one
 */
export function isCheckpoint(hop: Hop, every: number): boolean {
  const { sequence, isSubmission, isRedelivered, isUndelivered, isNudged, proof } = hop;
  if (isSubmission || proof === undefined) return true;
  if (isRedelivered || isUndelivered || isNudged) return true;
  return sequence === 1 || sequence % every === 0;
}

/**
 * The sequence of a record's next message. After a start it is a checkpoint, so that the row shows a redelivered start
 * that the poll has gone on.
 */
export function nextSequence(sequence: number, isStart: boolean, every: number): number {
  return isStart && sequence > 0 ? (Math.floor(sequence / every) + 1) * every : sequence + 1;
}
