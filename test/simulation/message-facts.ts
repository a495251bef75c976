import { groupKey } from "../../lib/groups/group-writes.ts";

/** The facts in a message. */
export interface MessageFacts {
  readonly pollId: string;
  readonly copyId: string;
  readonly retryCount: number;
  /** How the poll has ended; of an outcome only. */
  readonly status?: string;
  /** The group that its poll belongs to. */
  readonly groupId?: string;
  /** Whether it is no poll, but the outcome of one: a dead letter that holds what was not delivered. */
  readonly isOutcome: boolean;
  /** Of an outcome only. */
  readonly outcomeId?: string;
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
  const said = JSON.parse(body);
  const { pollId, copyId = "", retryCount = 0, outcomeId, delivery, request, group, status } = said;
  const read = {
    pollId: said.groupId === undefined ? String(pollId) : groupKey(said.groupId),
    ...(group !== undefined && { groupId: group.id }),
    copyId: String(copyId),
    retryCount: Number(retryCount),
    isOutcome: outcomeId !== undefined,
    ...(outcomeId !== undefined && { outcomeId, status }),
    ...(delivery !== undefined && {
      delivery: { pollId: delivery.pollId, url: request.url, outcome: request.body },
    }),
  };
  if (facts.size > 10_000) facts.clear();
  facts.set(body, read);
  return read;
}
