import { completed, type Held, held, pending, type RecordResult } from "../batch/record-result.ts";
import type { ErrorDescription, HttpAnswer, ResponseHead } from "../http/http-request.ts";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { type Outcome, type OutcomeDetails, outcomeOf } from "../outcome/outcome.ts";
import { backoffDelaySeconds } from "../timing/backoff.ts";
import { askedDelaySeconds } from "../timing/retry-after.ts";
import { judge, judgeUnread } from "../verdict/judge.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { exhaustedError, isExhausted } from "./exhausted.ts";
import type { ParsedPollMessage } from "./message/parse.ts";
import type { CapsOfPoll } from "./operator-caps.ts";

/** A poll's current state: its message, its id and its start. */
export interface Poll {
  readonly message: ParsedPollMessage;
  readonly pollId: string;
  /** In epoch ms. */
  readonly startedAt: number;
  /** The operator's caps. Absent: none. */
  readonly caps?: CapsOfPoll;
}

/**
 * The last request of a poll is planned this many seconds before it expires: the message waits for up to a second in
 * the batching window, and needs a moment to reach Lambda.
 */
const LAST_REQUEST_MARGIN_SECONDS = 2;

/** Ends a poll that has expired, without a request. `undefined`: it has not expired. */
export function expiredBeforeRequest(poll: Poll, now: number): RecordResult | undefined {
  const { expiresAt } = poll.message;
  return expiresAt !== undefined && now >= expiresAt ? end(poll, expired(poll), now) : undefined;
}

/**
 * Holds a poll whose host asked for a pause, until the pause ends or the poll expires, whichever comes first.
 * `undefined`: the request may be sent now.
 *
 * @param pausedUntil in epoch ms; `undefined`: no pause
 */
export function holdWhilePaused(
  poll: Poll,
  pausedUntil: number | undefined,
  now: number,
): Held | undefined {
  if (pausedUntil === undefined) return undefined;
  const until = Math.min(pausedUntil, poll.message.expiresAt ?? pausedUntil);
  return held({ delaySeconds: Math.max(0, until - now) / 1000 });
}

/**
 * Decides a poll's result after its request.
 *
 * @param now when the answer arrived, in epoch ms
 * @param random a number from 0 up to 1, for jitter
 * @param budget the steps that its expressions may take. `@default` a full budget of its own
 */
export function afterRequest(
  poll: Poll,
  answer: HttpAnswer,
  now: number,
  random: () => number,
  budget?: EvaluationBudget,
): RecordResult {
  if (answer.kind === "aborted") return held({ delaySeconds: answer.delaySeconds ?? 0 });
  const response = "response" in answer ? answer.response : undefined;
  const verdict = verdictOf(poll, answer, now, budget);
  const seen = response === undefined ? {} : { response };
  switch (verdict.kind) {
    case "success":
      return end(poll, { status: "succeeded", ...seen, ...endOf(verdict) }, now);
    case "failure":
      return end(poll, { status: "failed", ...seen, ...endOf(verdict) }, now);
    case "transient":
      if (poll.message.errorCount >= poll.message.maxErrors) {
        return end(poll, { status: "failed", ...seen, error: verdict.error }, now);
      }
      return again(
        poll,
        { error: verdict.error, errorCount: poll.message.errorCount + 1 },
        response,
        now,
        random,
      );
    case "unjudged":
      return afterNoVerdict(poll, verdict.error, response, now, random);
    case "pending":
      return again(
        poll,
        { error: verdict.error, odd: verdict.odd, errorCount: 0 },
        response,
        now,
        random,
      );
  }
}

function verdictOf(
  poll: Poll,
  answer: Exclude<HttpAnswer, { kind: "aborted" }>,
  now: number,
  budget: EvaluationBudget | undefined,
): Verdict {
  const { until, retryCount } = poll.message;
  const facts = { retryCount, elapsedSeconds: Math.max(0, now - poll.startedAt) / 1000 };
  switch (answer.kind) {
    case "response":
      return judge(until, answer.response, facts, budget);
    case "unreadable":
      return judgeUnread(until, answer.response, facts, answer, budget);
    case "transient":
      return { kind: "transient", error: answer.error };
    case "refused":
      return { kind: "failure", error: answer.error };
    case "unfinished":
      return { kind: "unjudged", error: answer.error };
  }
}

/**
 * Asks again when no response could be judged. That uses a retry, like every request. But without retries left, the
 * poll is held instead of ended: other polls used up the steps, or the room at a host, and the next response may be
 * final.
 */
function afterNoVerdict(
  poll: Poll,
  error: ErrorDescription,
  response: ResponseHead | undefined,
  now: number,
  random: () => number,
): RecordResult {
  const { retryCount, maxRetries, errorCount } = poll.message;
  if (!isExhausted(retryCount, maxRetries))
    return again(poll, { error, errorCount }, response, now, random);
  const delaySeconds = delayBeforeNext(poll, response, now, random);
  return delaySeconds === undefined
    ? end(poll, { ...expired(poll, error), ...(response && { response }) }, now)
    : held({ delaySeconds: Math.max(1, delaySeconds) });
}

/** What the last request contributes to the next message, or to the outcome if the poll ends. */
interface LastRequest {
  readonly error: ErrorDescription | undefined;
  readonly odd?: readonly string[] | undefined;
  readonly errorCount: number;
}

function again(
  poll: Poll,
  last: LastRequest,
  response: ResponseHead | undefined,
  now: number,
  random: () => number,
): RecordResult {
  const { message } = poll;
  const seen = response === undefined ? {} : { response };
  if (isExhausted(message.retryCount, message.maxRetries)) {
    return end(poll, { ...withOddities(exhausted(poll, last.error), last), ...seen }, now);
  }
  const delaySeconds = delayBeforeNext(poll, response, now, random);
  if (delaySeconds === undefined) {
    return end(poll, { ...withOddities(expired(poll, last.error), last), ...seen }, now);
  }
  const { errorCount: _, ...body } = message.body;
  return pending({
    delaySeconds,
    body: last.errorCount === 0 ? body : { ...body, errorCount: last.errorCount },
  });
}

/** Seconds until the next request; `undefined` when the one just made was the last before the poll expires. */
function delayBeforeNext(
  { message, caps }: Poll,
  response: ResponseHead | undefined,
  now: number,
  random: () => number,
): number | undefined {
  const backoff = backoffDelaySeconds(
    message.delaySeconds,
    message.backoff,
    message.retryCount,
    random,
  );
  const asked = (response && askedDelaySeconds(response, now)) ?? 0;
  const minDelaySeconds = caps?.minDelaySeconds ?? 0;
  const delaySeconds = Math.max(backoff, asked, minDelaySeconds);
  if (message.expiresAt === undefined) return delaySeconds;
  // Rounded down to whole seconds, because rounding up would use up the margin.
  const untilLastSeconds =
    Math.floor((message.expiresAt - now) / 1000) - LAST_REQUEST_MARGIN_SECONDS;
  return untilLastSeconds < Math.max(1, minDelaySeconds)
    ? undefined
    : Math.min(delaySeconds, untilLastSeconds);
}

function end(poll: Poll, details: OutcomeDetails, now: number): RecordResult {
  return completed(pollOutcome(poll, details, now));
}

function pollOutcome(
  { message, pollId, startedAt }: Poll,
  details: OutcomeDetails,
  now: number,
): Outcome {
  const { retryCount } = message;
  const context = "context" in message ? { context: message.context } : {};
  return outcomeOf({ pollId, retryCount, startedAt, ...context }, details, now);
}

function expired({ caps }: Poll, last?: ErrorDescription): OutcomeDetails {
  const cause = caps?.expiredBy ?? "the poll's expiresAt";
  const error = { name: "PollExpired", message: `${cause} passed before it was done` };
  return { status: "expired", error: endingError(error, caps?.expiredBy, last) };
}

function exhausted({ message, caps }: Poll, last?: ErrorDescription): OutcomeDetails {
  const error = exhaustedError(message.retryCount, caps?.exhaustedBy);
  return { status: "exhausted", error: endingError(error, caps?.exhaustedBy, last) };
}

/** Adds oddities to the error: an acceptor that never matched may be wrong, and they may show why. */
function withOddities(details: OutcomeDetails, { odd = [] }: LastRequest): OutcomeDetails {
  if (details.error === undefined || odd.length === 0) return details;
  const message = [details.error.message, ...odd].join("; ");
  return { ...details, error: { ...details.error, message } };
}

/** The last request's error replaces a message limit's error, but is joined with that of an operator's cap. */
function endingError(
  end: ErrorDescription,
  cap: string | undefined,
  last: ErrorDescription | undefined,
): ErrorDescription {
  if (last === undefined) return end;
  return cap === undefined ? last : { ...last, message: `${last.message}; ${end.message}` };
}

function endOf({ kind: _, ...end }: Verdict & { kind: "success" | "failure" }) {
  return end;
}
