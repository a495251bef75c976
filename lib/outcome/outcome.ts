import type { ErrorDescription, HttpResponse } from "../http/http-request.ts";
import type { StoredAt } from "./outcome-store.ts";

/** How a poll ended. */
export type OutcomeStatus = "succeeded" | "failed" | "exhausted" | "expired";

/** The end of a poll: the body of a message on the outcome queue. */
export type Outcome = {
  /** The same in every delivery of the outcome, so that a consumer can detect duplicates. */
  readonly outcomeId: string;
  readonly pollId: string;
  readonly status: OutcomeStatus;
  /** How many times the poll was requeued as pending. */
  readonly retryCount: number;
  /** When the poll's first message was sent, ISO 8601. */
  readonly startedAt: string;
  /** When the poll ended, ISO 8601. */
  readonly finishedAt: string;
  /** The last response, without its body if that could not be read. Absent when there was no response. */
  readonly response?: Partial<HttpResponse>;
  /** The value that the message's `until.result` picked. */
  readonly result?: unknown;
  /** Where the result is, when it was asked for after the poll had succeeded. */
  readonly resultUrl?: string;
  /**
   * Why the poll did not succeed; if it succeeded, why its result or its response's body is missing. `reason`: what the
   * API said, as the message's `until.error` picked it.
   */
  readonly error?: ErrorDescription & { readonly reason?: unknown };
  /** The message's `context`, unchanged. */
  readonly context?: unknown;
  /** Where the whole outcome is stored, when parts were left out here. */
  readonly stored?: StoredAt;
  /** Set when parts were left out so that the outcome fits into an SQS message. */
  readonly truncated?: true;
};

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

/** Whether an outcome says that its poll did not succeed. */
export function endedBadly(outcome: { readonly status?: unknown }): boolean {
  const { status } = outcome;
  return status === "failed" || status === "exhausted" || status === "expired";
}
