/**
 * What a thrown value says. Anything can be thrown; an AggregateError, which Node throws when it has tried several
 * addresses, has no message but those of its errors.
 */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join("; ");
  return thrown instanceof Error ? thrown.message : String(thrown);
}
