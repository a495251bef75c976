import type { PollHistory } from "./history.ts";
import { factsOf } from "./message-facts.ts";

/**
 * Knows which polls were cancelled and which jobs were stopped, and checks that a cancelled poll ends as cancelled,
 * that no record goes on with it, and that its job is stopped at most once and before its outcome is told.
 */
export class Cancellations {
  readonly #cancelled = new Set<string>();
  readonly #aborts = new Map<string, number>();
  readonly #goneOn = new Set<string>();
  readonly #late = new Set<string>();

  /** A poll that had not ended was cancelled. */
  cancelled(pollId: string): void {
    this.#cancelled.add(pollId);
  }

  /** A record has claimed a poll. */
  claimed(pollId: string): void {
    if (this.#cancelled.has(pollId)) this.#goneOn.add(pollId);
  }

  /** The server is told to stop a poll's job. @param isTold whether its outcome was on its way to a destination */
  aborted({ pollId, faults }: PollHistory, isTold: boolean): void {
    this.#aborts.set(pollId, (this.#aborts.get(pollId) ?? 0) + 1);
    if (isTold && faults === 0) this.#late.add(pollId);
  }

  /** @returns violations of a poll, with the fence */
  check({ pollId, outcomes }: PollHistory): string[] {
    const aborts = this.#aborts.get(pollId) ?? 0;
    const statuses = [...outcomes].map((body) => factsOf(body).status);
    const isLost = this.#cancelled.has(pollId) && statuses.some((of) => of !== "cancelled");
    const isOfAnother = !this.#cancelled.has(pollId) && statuses.includes("cancelled");
    return [
      ...(this.#goneOn.has(pollId) ? [`${pollId}: goes on after it was cancelled`] : []),
      ...(this.#late.has(pollId) ? [`${pollId}: is stopped after its outcome was told`] : []),
      ...(isLost ? [`${pollId}: was cancelled, and ended as ${statuses.join(", ")}`] : []),
      ...(isOfAnother ? [`${pollId}: ended as cancelled, and was not`] : []),
      ...(aborts > 1 ? [`${pollId}: its job was stopped ${aborts} times`] : []),
    ];
  }

  /** @returns violations of a poll that has ended, with the fence */
  checkEnd({ pollId, plan, faults, outcomes }: PollHistory): string[] {
    const { abort, start, isPoison } = plan;
    const [outcome = "{}"] = outcomes;
    const { status, context } = JSON.parse(outcome);
    if (isPoison || outcomes.size === 0) return [];
    const isStopped = this.#aborts.has(pollId);
    const isToBeStopped = abort !== undefined && (status === "cancelled" || status === "expired");
    return [
      ...(context?.nth === undefined ? [`${pollId}: its outcome has no context`] : []),
      ...(isStopped && !isToBeStopped ? [`${pollId}: is ${status}, and its job was stopped`] : []),
      // A fault can come between the mark and the request; and a start that was not made has started no job.
      ...(isToBeStopped && !isStopped && faults === 0 && start === undefined
        ? [`${pollId}: is ${status}, and its job runs on`]
        : []),
    ];
  }
}
