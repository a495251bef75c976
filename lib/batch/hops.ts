import type { SQSRecord } from "aws-lambda";
import { numberOf } from "../json/json.ts";
import { MAX_DELAY_SECONDS } from "../limits.ts";
import { recordFacts } from "./record-facts.ts";
import { type Held, held } from "./record-result.ts";

/** A record may be this much early, in ms, and still be due: SQS counts delays in whole seconds, and clocks differ. */
const EARLY_BY_MS = 1000;

/** One hop of a wait: the delay for SQS, and until when the record must be held if one hop is not enough. */
export interface Hop {
  readonly delaySeconds: number;
  /** When the record is due, in whole epoch ms; set only when the wait is longer than SQS can delay a message. */
  readonly notBefore?: number;
}

/**
 * Makes the next hop of a wait. SQS delays a message by whole seconds, here rounded up, and by at most 900.
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
 * @returns `undefined` when the record is due, or has no `notBefore`
 */
export function holdUntilDue(record: SQSRecord, now: number): Held | undefined {
  const { body }: { body: unknown } = record;
  // Most bodies have no `notBefore`, and their handlers may not need them parsed.
  if (typeof body === "string" && !body.includes('"notBefore"')) return undefined;
  return holdUntil(numberOf(recordFacts(record).body?.notBefore), now);
}

/**
 * Makes a hold until a due time.
 *
 * @param notBefore the due time, in epoch ms; `undefined`: now
 * @returns `undefined` when that time has come
 */
export function holdUntil(notBefore: number | undefined, now: number): Held | undefined {
  if (notBefore === undefined || notBefore - now <= EARLY_BY_MS) return undefined;
  return held({ delaySeconds: (notBefore - now) / 1000 });
}
