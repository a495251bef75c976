import type { DeadLetter } from "../api/schemas.ts";
import { countOf } from "../words/durations.ts";

/** What a redrive will do, said before it is done. */
export interface RedrivePlan {
  /** Empty: nothing is chosen. */
  readonly ids: readonly string[];
  readonly sentences: readonly string[];
}

/**
 * Says what a redrive of the chosen dead letters will do.
 *
 * @param edits texts by the id of their dead letter
 * @param broken ids of edited messages that still cannot be polled
 */
export function planRedrive(
  letters: readonly DeadLetter[],
  chosen: ReadonlySet<string>,
  edits: ReadonlyMap<string, string>,
  broken: ReadonlySet<string>,
): RedrivePlan {
  const taken = letters.filter((one) => chosen.has(one.messageId) && !holdsOutcome(one));
  if (taken.length === 0) return { ids: [], sentences: ["Nothing is selected."] };
  const isEdited = ({ messageId }: DeadLetter): boolean => edits.has(messageId);
  const edited = taken.filter(isEdited);
  const wrong = taken.filter((letter) =>
    isEdited(letter) ? broken.has(letter.messageId) : (letter.problems ?? []).length > 0,
  );
  const isOne = taken.length === 1;
  return {
    ids: taken.map(({ messageId }) => messageId),
    sentences: [
      `${countOf(taken.length, "message")} ${isOne ? "goes" : "go"} back to the poll queue${editedWords(edited.length, taken.length)}.`,
      `${isOne ? "It leaves" : "They leave"} the dead-letter queue, and ${isOne ? "its poll goes" : "their polls go"} on at once: requests are made.`,
      ...(wrong.length === 0 ? [] : [wrongWords(wrong.length)]),
    ],
  };
}

function editedWords(edited: number, all: number): string {
  if (edited === 0) return ", unchanged";
  if (edited === all) return all === 1 ? ", with your change" : ", with your changes";
  return `, ${edited} of them with your changes`;
}

function wrongWords(wrong: number): string {
  return wrong === 1
    ? "1 of them still cannot be polled and will come back here: edit it first."
    : `${wrong} of them still cannot be polled and will come back here: edit them first.`;
}

/** The reasons of dead letters with how many have each, the most frequent first. */
export function reasonsOf(letters: readonly DeadLetter[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const letter of letters) {
    const reason = reasonOf(letter);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
}

/** Whether it is an outcome that could not be delivered: it is no message to poll, and is not redriven. */
export function holdsOutcome({ status }: DeadLetter): boolean {
  return status === "undelivered";
}

/** Why a message is here, in words. */
export function reasonOf({ reason, status }: DeadLetter): string {
  return reason ?? status ?? "no reason is known: it was received too often, and failed each time";
}
