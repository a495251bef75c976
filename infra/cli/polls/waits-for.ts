import type { PollStatus } from "../../../lib/client/index.ts";
import { fromNow } from "./time-text.ts";

/** When a poll is asked next, and why so late; of an ended poll, why it ended so. @param now in epoch ms */
export function waitsFor(status: PollStatus, now: number): string {
  const { dueAt, waitsFor = "" } = status;
  return isUnderWay(status) && dueAt !== undefined
    ? `${dueText(dueAt, now)}: ${whyItWaits(status)}`
    : waitsFor;
}

/** The last answer of a poll that waits, and what it waits for: `202, Retry-After 20`. */
export function whyItWaits({ lastAnswer, waitsFor }: PollStatus): string {
  const answer = lastAnswer?.error ?? lastAnswer?.status;
  return [answer, waitsFor].filter((part) => part !== undefined).join(", ");
}

const isUnderWay = ({ state }: PollStatus): boolean => state === "waiting" || state === "held";

function dueText(dueAt: string, now: number): string {
  return Date.parse(dueAt) <= now ? "due" : `due ${fromNow(dueAt, now)}`;
}
