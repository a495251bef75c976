import type * as z from "zod/mini";
import type { outcomeSchema } from "./outcome-schema.ts";

/** The end of a poll: the body of a message on the outcome queue. */
export type Outcome = Readonly<z.infer<typeof outcomeSchema>>;

/** The fields of an outcome that do not depend on how the poll ended. */
export interface PollIdentity {
  readonly pollId: string;
  readonly retryCount: number;
  /** In epoch ms. */
  readonly startedAt: number;
  readonly context?: unknown;
}

/** How a poll ended, and with which response, result and error. */
export type OutcomeDetails = Pick<
  Outcome,
  "status" | "response" | "result" | "resultUrl" | "error"
>;

/** The id of a poll's outcome: the same in all its deliveries. */
export function outcomeIdOf({
  pollId,
  startedAt,
}: Pick<PollIdentity, "pollId" | "startedAt">): string {
  return `${pollId}@${new Date(startedAt).toISOString()}`;
}

/**
 * Makes a poll's outcome.
 *
 * @param finishedAt in epoch ms
 */
export function outcomeOf(
  poll: PollIdentity,
  details: OutcomeDetails,
  finishedAt: number,
): Outcome {
  const startedAt = new Date(poll.startedAt).toISOString();
  return {
    outcomeId: outcomeIdOf(poll),
    pollId: poll.pollId,
    retryCount: poll.retryCount,
    startedAt,
    finishedAt: new Date(finishedAt).toISOString(),
    ...details,
    ...("context" in poll ? { context: poll.context } : {}),
  };
}
