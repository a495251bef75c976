import { unpackOutcome } from "../../lib/fence/packed-outcome.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";
import { isGroupKey } from "../../lib/groups/group-writes.ts";
import { readProgress } from "../../lib/history/progress.ts";
import { statusOf } from "../../lib/polls/poll-status.ts";
import type { MemoryTable } from "../support/memory-table.ts";
import type { PollHistory, Run } from "./history.ts";
import { factsOf } from "./message-facts.ts";

type WriteState = NonNullable<PollTable["writeState"]>;

/** A record is settled within this time after its answer, in ms, and its wait counts from then. */
const SETTLED_WITHIN_MS = 1000;

/** Checks that the rows say the truth of their polls. */
export class RowStates {
  readonly #rows: MemoryTable;
  readonly #claims = new Map<string, Run>();
  readonly #claimsEach: boolean;
  /** How the polls of these packed outcomes ended. */
  readonly #statuses = new WeakMap<Uint8Array, string>();
  readonly #isDeliveryUncertain = new Set<string>();

  /** @param claimsEach whether each message claims: otherwise a newer copy can say that it waits */
  constructor(rows: MemoryTable, claimsEach: boolean) {
    this.#rows = rows;
    this.#claimsEach = claimsEach;
  }

  claimed(run: Run, claimId: string): void {
    this.#claims.set(claimId, run);
  }

  /** A note of a poll's delivery is missing: its row may be behind. */
  deliveryNotNoted(pollId: string): void {
    this.#isDeliveryUncertain.add(pollId);
  }

  /** @returns the violation, when a poll that has ended does not say so */
  check(pollId: string): string | undefined {
    // The row of a group says nothing for people.
    if (isGroupKey(pollId)) return undefined;
    const { outcome } = this.#rows.rows.get(pollId) ?? {};
    if (outcome === undefined) return undefined;
    const { state } = this.#rows.notes.get(pollId) ?? {};
    const status = this.#statusIn(outcome);
    return state === status ? undefined : `${pollId}: its row says ${state}, and it is ${status}`;
  }

  #statusIn(outcome: Uint8Array): string | undefined {
    const known = this.#statuses.get(outcome) ?? factsOf(unpackOutcome(outcome) ?? "{}").status;
    if (known !== undefined) this.#statuses.set(outcome, known);
    return known;
  }

  /** @returns the violation, when a run's request for its claim begins or ends and the row does not say so */
  checkRequest(run: Run, pollId: string): string | undefined {
    const { claimId, outcome } = this.#rows.rows.get(pollId) ?? {};
    if (!this.#claimsEach || outcome !== undefined || this.#claims.get(claimId ?? "") !== run)
      return undefined;
    const { state } = this.#rows.notes.get(pollId) ?? {};
    return state === "asking" ? undefined : `${pollId}: is asked, and its row says ${state}`;
  }

  /** @returns the violation, when a run notes another due time than the answer has asked for */
  checkNote(
    run: Run | undefined,
    { pollId, isSkewed }: PollHistory,
    [, , rowState]: Parameters<WriteState>,
  ): string | undefined {
    // With two copies in one run it is unknown which one got the answer.
    const copies = run?.records.filter((record) => factsOf(record.body).pollId === pollId);
    const own = copies?.length === 1 ? run?.dueAt.get(pollId) : undefined;
    const { dueAt } = readProgress(rowState.progress) ?? {};
    if (own === undefined || isSkewed || rowState.state !== "waiting") return undefined;
    const lateMs = Math.abs((dueAt ?? 0) - Math.max(own, rowState.changedAt));
    return lateMs <= SETTLED_WITHIN_MS
      ? undefined
      : `${pollId}: its row says that it is due ${lateMs} ms from when it is`;
  }

  /** @returns the violation, when the row of a poll that has ended says anything else at the end */
  checkEnd({ pollId, plan, faults, outcomes }: PollHistory, now: number): string | undefined {
    const row = this.#rows.rows.get(pollId);
    const [outcome] = outcomes;
    if (row === undefined || outcome === undefined) return undefined;
    const said = statusOf({ pollId, ttl: 0, ...row, ...this.#rows.notes.get(pollId) }, now);
    const { status } = JSON.parse(outcome);
    if (said.state !== status) return `${pollId}: reads as ${said.state}, and is ${status}`;
    const isCertain = faults === 0 && !this.#isDeliveryUncertain.has(pollId);
    const isAccepted = plan.deliver.every(({ end }) => end === "accepts");
    return isCertain && isAccepted && said.undelivered !== undefined
      ? `${pollId}: its row says that its outcome is not delivered`
      : undefined;
  }
}
