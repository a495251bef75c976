import { completed, type Held, held, pending, type RecordResult } from "../batch/record-result.ts";
import type { ErrorDescription, HttpAnswer, ResponseHead } from "../http/http-request.ts";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { type Outcome, type OutcomeDetails, outcomeOf } from "../outcome/outcome.ts";
import { backoffDelaySeconds } from "../timing/backoff.ts";
import { askedDelaySeconds } from "../timing/retry-after.ts";
import { judge, judgeUnread } from "../verdict/judge.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { CapsOfPoll } from "./caps.ts";
import { exhaustedError, isExhausted } from "./exhausted.ts";
import type { ParsedPollMessage } from "./message/parse.ts";

/** A poll as it stands: its message, and what names it in its outcome. */
export interface Poll {
  readonly message: ParsedPollMessage;
  readonly pollId: string;
  /** In epoch ms. */
  readonly startedAt: number;
  /** What the operator's caps changed of its message. Absent: there are none. */
  readonly caps?: CapsOfPoll;
}

/**
 * The last request of a poll that expires is planned this many seconds before: its message waits for up to a
 * second in the batching window, and a moment on its way to Lambda.
 */
const LAST_REQUEST_MARGIN_SECONDS = 2;

/** Ends a poll that was received after it expired, without a request. `undefined`: it has not expired. */
export function expiredBeforeRequest(poll: Poll, now: number): RecordResult | undefined {
  const { expiresAt } = poll.message;
  return expiresAt !== undefined && now >= expiresAt ? end(poll, expired(poll), now) : undefined;
}

/**
 * Holds a poll whose host asked for a pause until that is over, or until the poll expires: it then ends, and not
 * hours later. `undefined`: its host may be asked.
 *
 * @param pausedUntil in epoch ms; `undefined`: the host asked for none
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
 * Decides what becomes of a poll after its request.
 *
 * @param now when the answer arrived, in epoch ms
 * @param random a number from 0 up to 1, for jitter
 * @param budget the steps that its expressions may take. `@default` as many as on any response
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
  }
}

/**
 * Asks again where a response could not be judged. It uses a retry, as every request does; but the last one ends no
 * poll whose neighbours took its steps: what it answered may have been the end.
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

/** What the last request came to, for the poll that goes on and for one that ends by it. */
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
  // Whole seconds, rounded down: SQS would round up, past the margin.
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

/** A poll that never matched may be one that never can: its end says why that might be. */
function withOddities(details: OutcomeDetails, { odd = [] }: LastRequest): OutcomeDetails {
  if (details.error === undefined || odd.length === 0) return details;
  const message = [details.error.message, ...odd].join("; ");
  return { ...details, error: { ...details.error, message } };
}

/** The last request's error says more than the end of a message's own limits; of the operator's its sender must know. */
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
