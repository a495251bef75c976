import type { ErrorDescription, HttpResponse } from "../http/http-request.ts";

/** How a poll ended. */
export type OutcomeStatus = "succeeded" | "failed" | "exhausted" | "expired";

/** The end of a poll: the body of a message on the outcome queue. */
export type Outcome = {
  /** The same however often the outcome is delivered: what a consumer tells duplicates by. */
  readonly outcomeId: string;
  readonly pollId: string;
  readonly status: OutcomeStatus;
  /** How many times the poll was requeued as pending. */
  readonly retryCount: number;
  /** When the poll's first message was sent, ISO 8601. */
  readonly startedAt: string;
  /** When the poll was decided, ISO 8601. */
  readonly finishedAt: string;
  /** The last response, without a body where that could not be read; none where no request got one. */
  readonly response?: Partial<HttpResponse>;
  /** What the message's `until.result` picked. */
  readonly result?: unknown;
  /** Why the poll did not succeed; of one that did, why its result or its response's body is missing. */
  readonly error?: ErrorDescription;
  /** The message's `context`, untouched. */
  readonly context?: unknown;
  /** Set when the outcome had to drop parts to fit into an SQS message. */
  readonly truncated?: true;
};

/** What an outcome says of its poll, whatever came of it. */
export interface PollIdentity {
  readonly pollId: string;
  readonly retryCount: number;
  /** In epoch ms. */
  readonly startedAt: number;
  readonly context?: unknown;
}

/** What came of a poll. */
export type OutcomeDetails = Pick<Outcome, "status" | "response" | "result" | "error">;

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
    outcomeId: `${poll.pollId}@${startedAt}`,
    pollId: poll.pollId,
    retryCount: poll.retryCount,
    startedAt,
    finishedAt: new Date(finishedAt).toISOString(),
    ...details,
    ...("context" in poll ? { context: poll.context } : {}),
  };
}

/** Tells whether what a record completed with says that its poll ended badly. */
export function endedBadly(outcome: { readonly status?: unknown }): boolean {
  const { status } = outcome;
  return status === "failed" || status === "exhausted" || status === "expired";
}
