import { completed } from "../batch/record-result.ts";
import { MAX_WAIT_SECONDS, ROW_KEPT_SECONDS } from "../limits.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { CHECKPOINT_EVERY } from "./checkpoint.ts";
import { packOutcome } from "./packed-outcome.ts";
import { type ConditionalWrite, LIVES, names } from "./row-writes.ts";

/** A row that no claim has made has this in the place of its owner and its claim. */
const NO_CLAIM = "cancelled before its first claim";

/** Lower than the sequence of any message. */
const NO_SEQUENCE = -1;

/** The poll may make this many messages between two claims, and each may wait for the longest time. */
const ROW_OF_CANCELLED_KEPT_SECONDS = ROW_KEPT_SECONDS + (CHECKPOINT_EVERY - 1) * MAX_WAIT_SECONDS;

/**
 * Writes the outcome of a poll that is cancelled, unless it has one. A poll without a row gets one, as if a version
 * without proofs had made it: all of its messages, with any request, then get the outcome.
 *
 * @param outcome with the status `cancelled`; without `context`, which the poll's own message adds
 * @param cancelId a unique id: a row that has it was cancelled by this write, though its answer may have been lost
 * @param now in epoch ms
 */
export function cancelWrite(outcome: Outcome, cancelId: string, now: number): ConditionalWrite {
  return {
    UpdateExpression: [
      "SET #outcome = :outcome, #cancelId = :cancelId, #ttl = :ttl, #state = :state, #changedAt = :now",
      "#seen = if_not_exists(#seen, :noSequence), #owner = if_not_exists(#owner, :noClaim)",
      "#claimId = if_not_exists(#claimId, :noClaim), #leaseUntil = if_not_exists(#leaseUntil, :over)",
    ].join(", "),
    ConditionExpression: LIVES,
    ExpressionAttributeNames: names(
      ...[
        "outcome",
        "cancelId",
        "ttl",
        "state",
        "changedAt",
        "seen",
        "owner",
        "claimId",
        "leaseUntil",
      ],
    ),
    ExpressionAttributeValues: {
      ":outcome": packOutcome(completed(outcome)),
      ":cancelId": cancelId,
      ":ttl": Math.ceil(now / 1000) + ROW_OF_CANCELLED_KEPT_SECONDS,
      ":state": outcome.status,
      ":now": now,
      ":noSequence": NO_SEQUENCE,
      ":noClaim": NO_CLAIM,
      ":over": 0,
    },
  };
}
