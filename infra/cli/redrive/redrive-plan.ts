import { hasReason, holdsOutcome } from "../../../lib/client/dead-letters.ts";
import type { DeadLetter } from "../../../lib/client/index.ts";

/** The letters that are asked for, and can be polled: an outcome cannot. */
export function selected(
  letters: readonly DeadLetter[],
  { only, id }: { readonly only?: string | undefined; readonly id?: string | undefined },
): DeadLetter[] {
  return letters.filter(
    (letter) =>
      !holdsOutcome(letter) &&
      (id === undefined || id === letter.pollId || id === letter.messageId) &&
      (only === undefined || hasReason(letter, only)),
  );
}

/** Says what a redrive will do, and which letters will come back. */
export function planText(
  letters: readonly DeadLetter[],
  stack: string,
  isCorrected: boolean,
): string {
  const kinds = Map.groupBy(letters, ({ status }) => status);
  const counts = [...kinds].map(([status, { length }]) => `${length} ${status}`).join(", ");
  const noun = letters.length === 1 ? "dead letter" : "dead letters";
  const plan = `${letters.length} ${noun} (${counts}) of ${stack} will be polled again.`;
  const poison = kinds.get("poison")?.length ?? 0;
  if (isCorrected || poison === 0) return plan;
  return `${plan}\nA poison message comes back unless it is repaired, with --id and --body.`;
}
