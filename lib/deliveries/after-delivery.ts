import { PoisonRecordError } from "../batch/record-result.ts";
import { DELIVERED_FOR_MS } from "../limits.ts";
import { backoffDelaySeconds } from "../timing/backoff.ts";
import { isFinalRefusal } from "./delivery.ts";
import { type Destination, kindOf } from "./destination.ts";

/** What a requeued message says of its outcome that has not reached all destinations yet. */
export interface Undelivered {
  /** When the first delivery was refused, in epoch ms. */
  readonly since: number;
  /** How many deliveries were refused. */
  readonly attempts: number;
  /** The outcome's JSON, where no table holds it. */
  readonly outcome?: string | undefined;
}

/** A destination, and why it refused the outcome; `undefined`: it accepted it. */
export interface Attempt {
  readonly destination: Destination;
  readonly refusal: Error | undefined;
}

/** What becomes of a record after its outcome was sent to its destinations. */
export type AfterDelivery =
  | { readonly kind: "delivered" }
  /** It comes back as it is, after a failure's backoff. */
  | { readonly kind: "failed"; readonly reason: Error }
  /** It is requeued with the destinations that are left. */
  | {
      readonly kind: "later";
      readonly delaySeconds: number;
      readonly remaining: readonly Destination[];
      readonly undelivered: Undelivered;
      readonly reason: Error;
    }
  /** It can never be delivered to the destinations that are left: it becomes a dead letter. */
  | { readonly kind: "undeliverable"; readonly reason: PoisonRecordError };

/** The facts of a record whose outcome was sent to its destinations. */
export interface DeliveryFacts {
  /** The outcome's JSON: the body of the dead letter. */
  readonly json: string;
  /** Whether the message names the destinations; otherwise the stack's outcome queue is the only one. */
  readonly isNamed: boolean;
  /** Whether the fence's table holds the outcome, so that the record gets it again when it comes back. */
  readonly isInTable: boolean;
  /** How many times the record's message was received. */
  readonly receiveCount: number;
  /** What the message says of earlier attempts. `undefined`: there were none. */
  readonly undelivered: Undelivered | undefined;
  /** Whether the record can be requeued with what is left. */
  readonly canRequeue: boolean;
  /** In epoch ms. */
  readonly now: number;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
}

/** From 5 seconds to 15 minutes, the longest delay of an SQS message. */
const FIRST_DELAY_SECONDS = 5;
const BACKOFF = { rate: 2, maxDelaySeconds: 900, jitter: "equal" } as const;

/** A record that failed this often is requeued: after five receives the queue's redrive policy would move it. */
const MOST_FAILURES = 3;

/**
 * Decides what becomes of a record after its outcome was sent to its destinations.
 *
 * A refusal for now makes the record come back without another request to the API. As long as no destination has the
 * outcome and the table holds it, the record fails, and comes back as it is. Otherwise it is requeued with what is left
 * to do, so that no destination gets the outcome again because another one refused it.
 */
export function afterDelivery(attempts: readonly Attempt[], facts: DeliveryFacts): AfterDelivery {
  const refused = attempts.filter(({ refusal }) => refusal !== undefined);
  const first = refused[0]?.refusal;
  if (first === undefined) return { kind: "delivered" };
  const forNow = refused.find(({ refusal }) => !isFinalRefusal(refusal))?.refusal;
  const { undelivered, now } = facts;
  // The operator has to mend the stack's own outcome queue: until then the record fails, as with any other mistake
  // there.
  if (forNow === undefined && !facts.isNamed) return { kind: "failed", reason: first };
  const since = undelivered?.since ?? Math.ceil(now);
  if (forNow === undefined || now - since >= DELIVERED_FOR_MS) {
    return { kind: "undeliverable", reason: deadLetterReason(refused, facts) };
  }
  const isFresh = undelivered === undefined && refused.length === attempts.length;
  const failsFirst = isFresh && facts.isInTable && facts.receiveCount < MOST_FAILURES;
  if (!facts.canRequeue || failsFirst) return { kind: "failed", reason: forNow };
  const count = undelivered?.attempts ?? 0;
  return {
    kind: "later",
    delaySeconds: backoffDelaySeconds(FIRST_DELAY_SECONDS, BACKOFF, count, facts.random),
    remaining: refused.map(({ destination }) => destination),
    undelivered: {
      since,
      attempts: count + 1,
      ...(facts.isInTable ? {} : { outcome: facts.json }),
    },
    reason: forNow,
  };
}

function deadLetterReason(
  refused: readonly Attempt[],
  { json, undelivered }: DeliveryFacts,
): PoisonRecordError {
  const kinds = refused.map(({ destination }) => kindOf(destination)).join(", ");
  const why = refused.map(
    ({ destination, refusal }) => `deliver.${kindOf(destination)}: ${refusal?.message}`,
  );
  const tries = (undelivered?.attempts ?? 0) + 1;
  const after = tries === 1 ? "" : ` after ${tries} attempts`;
  return new PoisonRecordError(`the outcome was not delivered${after}: ${why.join("; ")}`, {
    status: "undelivered",
    body: json,
    logMessage: `the outcome was not delivered${after}: ${kinds}`,
  });
}
