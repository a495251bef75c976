import type { Outcome } from "../../../lib/outcome/outcome.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { backoffDelaySeconds } from "../../../lib/timing/backoff.ts";
import { formatSeconds } from "../duration.ts";
import { parseOutcome } from "./received-outcome.ts";
import { pollIdIn, type StackEvent } from "./stack-events.ts";

/** The state of a poll, as far as it is visible from outside the function. */
export type SeenState =
  /** Sent, not yet received. */
  | { readonly kind: "queued" }
  /**
   * Asked or held, and requeued. `retryCount`: as in the message that was asked, because a requeue for the result
   * does not raise it. `nextPollAt`: epoch ms, the latest time that is known.
   */
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
    case "rejected":
      return pollIdIn(event.record.body);
    case "outcome":
    case "dead letter":
      return pollIdIn(event.body);
    case "crashed":
      return undefined;
  }
}

/**
 * The state of a poll after an event.
 *
 * @param retryAfterSeconds The Retry-After of its last answer, if known.
 */
export function stateAfter(
  event: Exclude<StackEvent, { kind: "crashed" }>,
  retryAfterSeconds = 0,
): SeenState {
  switch (event.kind) {
    case "requeued":
      return waiting(event.record.body, event.at, retryAfterSeconds);
    case "rejected":
      return { kind: "rejected" };
    case "outcome":
      return { kind: "ended", outcome: parseOutcome(event.body) };
    case "dead letter":
      return { kind: "dead letter", reason: event.reason };
  }
}

/** The state with the longest possible delay: jitter only shortens it, expiry cuts it. */
function waiting(body: string, at: number, retryAfterSeconds: number): SeenState {
  const message = parsePollMessage(body);
  const { delaySeconds, backoff, retryCount, notBefore, expiresAt = Infinity } = message;
  if (notBefore !== undefined && notBefore > at) {
    return { kind: "waiting", retryCount, nextPollAt: notBefore };
  }
  const longest = backoffDelaySeconds(delaySeconds, backoff, retryCount, () => 1);
  const nextPollAt = at + Math.max(longest, retryAfterSeconds) * 1000;
  return {
    kind: "waiting",
    retryCount,
    nextPollAt: Math.min(nextPollAt, expiresAt),
  };
}

/**
 * Describes a state in three cells: its name, which retry was asked last, what comes next.
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
