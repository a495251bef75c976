import type { Poll } from "../api/schemas.ts";
import { durationWords, ordinal, secondsBetween } from "./durations.ts";
import { endedBadly, stateWords } from "./states.ts";
import { answerWords } from "./steps.ts";

/** A batch of other polls may take as long before this one's turn comes. */
const ON_TIME_SECONDS = 10;

const NEXT: Readonly<Record<string, string>> = {
  start: "its job starts",
  poll: "next poll",
  result: "its result is fetched",
};

/**
 * What a poll waits for, or how it ended, in one line: `next poll in 14 s: Retry-After 20`.
 *
 * @param now in epoch ms
 */
export function waitingWords(poll: Poll, now: number): string {
  if (stateWords(poll.state).isEnded) return endWords(poll, now);
  if (poll.state === "asking") return askingWords(poll, now);
  const reason = waitReason(poll);
  const when = poll.dueAt === undefined ? "" : dueWords(poll, poll.dueAt, now);
  if (when === "") return reason || "its turn";
  return reason === "" ? when : `${when}: ${reason}`;
}

function dueWords(poll: Poll, dueAt: string, now: number): string {
  const next = nextWords(poll);
  const seconds = -secondsBetween(dueAt, now);
  if (seconds >= 1) return `${next} in ${durationWords(seconds)}`;
  return seconds > -ON_TIME_SECONDS
    ? `${next} now`
    : `${next} overdue by ${durationWords(-seconds)}`;
}

/** A delivery says whose outcome it brings, since its own id says nothing. */
function nextWords({ delivers, step, retryCount }: Poll): string {
  if (delivers === undefined) return NEXT[step] ?? "next request";
  return `${ordinal(retryCount + 1)} attempt to deliver ${deliveredWords(delivers)}`;
}

function askingWords(poll: Poll, now: number): string {
  const { changedAt, delivers, retryCount } = poll;
  const seconds = secondsBetween(changedAt, now);
  const since = seconds < 2 ? "" : `, ${durationWords(seconds)} so far`;
  if (delivers !== undefined) {
    return `delivering ${deliveredWords(delivers)}, ${ordinal(retryCount + 1)} attempt${since}`;
  }
  return `waiting for its answer${since}`;
}

/** @param pollId of the poll that has ended; empty: it is not known */
function deliveredWords(pollId: string): string {
  return pollId === "" ? "an outcome" : pollId;
}

/** Backoff alone does not say what went wrong before it. */
function waitReason(poll: Poll): string {
  const reason = reasonOf(poll);
  const { lastAnswer } = poll;
  if (reason !== "backoff" || lastAnswer === undefined) return reason;
  const { status, error } = lastAnswer;
  const refusal = error ?? (status !== undefined && status >= 400 ? `${status}` : undefined);
  return refusal === undefined ? reason : `${reason} after ${refusal}`;
}

/** Beside the time of the next request, that it waits for it says nothing. */
function reasonOf({ waitsFor, lastAnswer, dueAt }: Poll): string {
  const reason = waitsFor ?? lastAnswer?.reason ?? "";
  return reason === "its next request" && dueAt !== undefined ? "" : reason;
}

function endWords(poll: Poll, now: number): string {
  const { undelivered, startedAt, changedAt, state, delivers } = poll;
  if (undelivered !== undefined) {
    return `delivering its outcome, ${ordinal(undelivered.attempts + 1)} attempt`;
  }
  const took = `took ${durationWords(secondsBetween(startedAt, changedAt))}`;
  if (delivers !== undefined && state === "succeeded") {
    const ago = durationWords(secondsBetween(changedAt, now));
    return `delivered ${deliveredWords(delivers)} ${ago} ago`;
  }
  if (!endedBadly(state)) {
    const ago = durationWords(secondsBetween(changedAt, now));
    return `${state === "cancelled" ? "cancelled" : "ended"} ${ago} ago, ${took}${outcomeWords(poll, now)}`;
  }
  const why = whyEnded(poll);
  return why === "" ? took : `${why}, ${took}`;
}

/** A cancelled poll is delivered with its message. */
function outcomeWords({ outcomeDueAt }: Poll, now: number): string {
  const seconds = outcomeDueAt === undefined ? 0 : -secondsBetween(outcomeDueAt, now);
  return seconds <= 0 ? "" : `; its outcome comes in ${durationWords(seconds)}`;
}

/** Why a poll ended as nobody wanted; empty: it is not known. */
export function whyEnded({ waitsFor, lastAnswer }: Poll): string {
  if (waitsFor !== undefined) return waitsFor;
  if (lastAnswer === undefined) return "";
  const { status, error, reason, waitSeconds } = lastAnswer;
  // The reason of a wait is not that of the end.
  if (reason !== undefined && waitSeconds === undefined) return reason;
  const words = answerWords(lastAnswer);
  return status === undefined || error !== undefined ? words : `last answer ${words}`;
}

/** The host of an origin, without `https://`, which says nothing; `http://` stays, for it is unusual. */
export function hostOf(origin: string): string {
  return origin.replace(/^https:\/\//, "");
}

/** `3 of 200`, or `3` without a limit. */
export function retryWords({ retryCount, maxRetries }: Poll): string {
  return maxRetries === undefined ? `${retryCount}` : `${retryCount} of ${maxRetries}`;
}
