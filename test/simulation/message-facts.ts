/** The facts in a message. */
interface MessageFacts {
  readonly pollId: string;
  readonly copyId: string;
  readonly retryCount: number;
}

const facts = new Map<string, MessageFacts>();

/** Parses a body. Results are cached, because bodies are read many times. */
export function factsOf(body: string): MessageFacts {
  const known = facts.get(body);
  if (known !== undefined) return known;
  const { pollId, copyId = "", retryCount = 0 } = JSON.parse(body);
  const read = { pollId: String(pollId), copyId: String(copyId), retryCount: Number(retryCount) };
  if (facts.size > 10_000) facts.clear();
  facts.set(body, read);
  return read;
}
