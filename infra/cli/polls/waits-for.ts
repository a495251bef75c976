import type { PollStatus } from "../../../lib/client/index.ts";
import { fromNow } from "./time-text.ts";

/** When a poll is asked next, and why so late; of an ended poll, why it ended so. @param now in epoch ms */
export function waitsFor({ state, dueAt, waitsFor, lastAnswer }: PollStatus, now: number): string {
  const isUnderWay = state === "waiting" || state === "held";
  const when = isUnderWay && dueAt !== undefined ? dueText(dueAt, now) : "";
  return [when, waitsFor ?? (isUnderWay ? answerText(lastAnswer) : "")]
    .filter((text) => text !== "")
    .join(": ");
}

function dueText(dueAt: string, now: number): string {
  return Date.parse(dueAt) <= now ? "due" : `due ${fromNow(dueAt, now)}`;
}

function answerText(answer: PollStatus["lastAnswer"]): string {
  if (answer === undefined) return "";
  const said = answer.error ?? (answer.status === undefined ? "" : `status ${answer.status}`);
  return [said, answer.reason ?? ""].filter((text) => text !== "").join(", ");
}
