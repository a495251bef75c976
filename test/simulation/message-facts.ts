/** The facts in a message. */
export interface MessageFacts {
  readonly pollId: string;
  readonly copyId: string;
  readonly retryCount: number;
  /** Whether it is no poll, but the outcome of one: a dead letter that holds what was not delivered. */
  readonly isOutcome: boolean;
  /** Set when its poll delivers an outcome to a webhook. */
  readonly delivery?: {
    /** The poll that the outcome is of. */
    readonly pollId: string;
    readonly url: string;
    readonly outcome: string;
  };
}

const facts = new Map<string, MessageFacts>();

/** Parses a body. Results are cached, because bodies are read many times. */
export function factsOf(body: string): MessageFacts {
  const known = facts.get(body);
  if (known !== undefined) return known;
  const { pollId, copyId = "", retryCount = 0, outcomeId, delivery, request } = JSON.parse(body);
  const read = {
    pollId: String(pollId),
    copyId: String(copyId),
    retryCount: Number(retryCount),
    isOutcome: outcomeId !== undefined,
    ...(delivery !== undefined && {
      delivery: { pollId: delivery.pollId, url: request.url, outcome: request.body },
    }),
  };
  if (facts.size > 10_000) facts.clear();
  facts.set(body, read);
  return read;
}
