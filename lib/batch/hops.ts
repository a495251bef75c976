import type { SQSRecord } from "aws-lambda";
import { numberOf } from "../json/json.ts";
import { MAX_DELAY_SECONDS } from "../limits.ts";
import { recordFacts } from "./record-facts.ts";
import { type Held, held } from "./record-result.ts";

/** SQS counts delays in whole seconds and clocks differ: a record this much early, in ms, is due. */
const EARLY_BY_MS = 1000;

/** One hop of a wait: what SQS is told, and until when the record must be held if one hop is not enough. */
export interface Hop {
  readonly delaySeconds: number;
  /** When the record is due, in whole epoch ms; only where the wait is longer than one message can be delayed. */
  readonly notBefore?: number;
}

/**
 * Makes the next hop of a wait: SQS delays a message by whole seconds, rounded up, and by 900 at most.
 *
 * @param dueAt when the record is due, in epoch ms
 * @param now in epoch ms
 */
export function nextHop(dueAt: number, now: number): Hop {
  const delaySeconds = Math.ceil(Math.max(0, dueAt - now) / 1000);
  return delaySeconds <= MAX_DELAY_SECONDS
    ? { delaySeconds }
    : { delaySeconds: MAX_DELAY_SECONDS, notBefore: Math.ceil(dueAt) };
}

/**
 * Holds a record that arrives before the `notBefore` (epoch ms) in its body.
 *
 * @returns `undefined` when it is due, or says nothing of when it is
 */
export function holdUntilDue(record: SQSRecord, now: number): Held | undefined {
  const { body }: { body: unknown } = record;
  // Most bodies say nothing of it, and their handlers may not need them read.
  if (typeof body === "string" && !body.includes('"notBefore"')) return undefined;
  return holdUntil(numberOf(recordFacts(record).body?.notBefore), now);
}

/**
 * Holds what is not due yet.
 *
 * @param notBefore when it is due, in epoch ms; `undefined`: now
 * @returns `undefined` when it is due
 */
export function holdUntil(notBefore: number | undefined, now: number): Held | undefined {
  if (notBefore === undefined || notBefore - now <= EARLY_BY_MS) return undefined;
  return held({ delaySeconds: (notBefore - now) / 1000 });
}
