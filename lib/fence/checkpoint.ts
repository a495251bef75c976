/** With checkpoints, a poll is claimed at least at each of its messages whose sequence is a multiple of this. */
const CHECKPOINT_EVERY = 10;

/** The parts of a record that decide whether it is a checkpoint. */
export interface Hop {
  readonly sequence: number;
  readonly isSubmission: boolean;
  /** How often SQS has delivered the message before: its first delivery may have been requeued already. */
  readonly redeliveries: number;
  /** Absent in a message of the previous version, or of a stack without a table: only a claim can give it one. */
  readonly proof?: string;
}

/**
 * Whether a record has to claim its poll in a fence with checkpoints.
 *
 * All copies of a poll have to claim at the same sequences: only there can the table refuse all but one. Sequence 1 is
 * among them because a second submission, which is never beyond sequence 0, goes on unless the row has a later one. A
 * redelivered message claims besides: its successor has often passed a checkpoint meanwhile, and then it is stale.
 *
 * @param every how many messages of a poll there are between two checkpoints
 */
export function isCheckpoint(hop: Hop, every: number = CHECKPOINT_EVERY): boolean {
  const { sequence, isSubmission, redeliveries, proof } = hop;
  if (isSubmission || proof === undefined || redeliveries > 0) return true;
  return sequence === 1 || sequence % every === 0;
}
