import type { Outcome } from "../../../lib/outcome/outcome.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { formatSeconds } from "../duration.ts";
import { parseOutcome } from "./received-outcome.ts";
import { pollIdIn, type QueuedMessage, type StackEvent } from "./stack-events.ts";

/** The state of a poll, as far as it is visible from outside the function. */
export type SeenState =
  /** Sent, not yet received. */
  | { readonly kind: "queued" }
  /** Asked or held, and requeued. `retryCount`: of the request that comes next. `nextPollAt`: epoch ms. */
  | { readonly kind: "waiting"; readonly retryCount: number; readonly nextPollAt: number }
  /** Could not be processed: SQS delivers the same message again. */
  | { readonly kind: "rejected" }
  /** Its outcome is on the outcome queue. */
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** Its message is on the dead-letter queue. */
  | { readonly kind: "dead letter"; readonly reason: string };

/** Whether the poll has ended. */
export function isOver(state: SeenState): boolean {
  return state.kind === "ended" || state.kind === "dead letter";
}

/** The `pollId` of the poll that an event is about. */
export function pollOf(event: StackEvent): string | undefined {
  switch (event.kind) {
    case "requeued":
      return pollIdIn(event.next.body);
    case "rejected":
      return pollIdIn(event.record.body);
    case "outcome":
    case "dead letter":
      return pollIdIn(event.body);
    case "crashed":
      return undefined;
  }
}

/** The state of a poll after an event. */
export function stateAfter(event: Exclude<StackEvent, { kind: "crashed" }>): SeenState {
  switch (event.kind) {
    case "requeued":
      return waitingFor(event.next);
    case "rejected":
      return { kind: "rejected" };
    case "outcome":
      return { kind: "ended", outcome: parseOutcome(event.body) };
    case "dead letter":
      return { kind: "dead letter", reason: event.reason };
  }
}

/** A message that was held before its first request may say no time. */
function waitingFor({ body, visibleAt }: QueuedMessage): SeenState {
  const { retryCount, dueAt, notBefore } = parsePollMessage(body);
  return { kind: "waiting", retryCount, nextPollAt: dueAt ?? notBefore ?? Date.parse(visibleAt) };
}

/**
 * Describes a state in three cells: its name, which retry it waits for or has ended with, what comes next.
 *
 * @param now Epoch ms.
 */
export function describeState(state: SeenState, now: number): [string, string, string] {
  switch (state.kind) {
    case "queued":
      return ["queued", "", ""];
    case "waiting":
      return ["waiting", `retry ${state.retryCount}`, nextPoll(state.nextPollAt - now)];
    case "rejected":
      return ["not processed", "", "SQS delivers it again"];
    case "ended":
      return [state.outcome.status, `retry ${state.outcome.retryCount}`, ""];
    case "dead letter":
      return ["dead letter", "", ""];
  }
}

function nextPoll(ms: number): string {
  return ms > 0 ? `next poll in ${formatSeconds(ms / 1000)}` : "next poll is due";
}
