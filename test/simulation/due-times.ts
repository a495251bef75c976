import type { Run } from "./history.ts";
import { factsOf } from "./message-facts.ts";

/** Knows when the copies of polls are due: as their answers say, or at once when they were nudged. */
export class DueTimes {
  /** How many requests were made earlier than the answer before had asked for, because of a nudge. */
  cutWaits = 0;
  /** The earliest time of a copy's next request, in epoch ms. */
  readonly #dueAt = new Map<string, number>();
  /** When the copies that were nudged would be due, in epoch ms. */
  readonly #cut = new Map<string, number>();

  /** A copy was sent. @param dueAt in epoch ms */
  sent(copyId: string, dueAt: number): void {
    if (copyId !== "") this.#dueAt.set(copyId, dueAt);
  }

  /** A copy need not wait any more. */
  nudged(copyId: string): void {
    const dueAt = this.#dueAt.get(copyId) ?? 0;
    if (dueAt === 0) return;
    this.#cut.set(copyId, dueAt);
    this.#dueAt.set(copyId, 0);
  }

  /** A run asks for a poll. @param now in epoch ms */
  asked(run: Run, pollId: string, now: number): void {
    for (const copyId of copiesIn(run, pollId)) {
      if ((this.#cut.get(copyId) ?? 0) > now) this.cutWaits++;
      this.#cut.delete(copyId);
    }
  }

  /** The earliest due time of a poll's records in a run; `undefined`: it has none. */
  ofRecords(run: Run, pollId: string): number | undefined {
    const times = copiesIn(run, pollId).map((copyId) => this.#dueAt.get(copyId) ?? 0);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

function copiesIn(run: Run, pollId: string): string[] {
  const facts = run.records.map(({ body }) => factsOf(body));
  return facts.filter((of) => of.pollId === pollId).map(({ copyId }) => copyId);
}
