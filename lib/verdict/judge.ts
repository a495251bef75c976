import type { JSONValue } from "@jmespath-community/jmespath";
import type { ErrorDescription, HttpResponse, ResponseHead } from "../http/http-request.ts";
import { isSuccessful } from "../http/status.ts";
import { createEvaluationBudget, type EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { pickedForOutcome, withinSteps } from "./evaluate.ts";
import { expressionInput } from "./expression-input.ts";
import type { Acceptors, Until } from "./expressions.ts";
import type { Step } from "./facts.ts";
import { judgeByHttpPreset } from "./http-preset.ts";
import { type Match, matchOf } from "./matching.ts";
import { namedBy } from "./named.ts";
import { oddBody } from "./oddities.ts";
import { withReason } from "./reason.ts";
import { alsoUnread, type UnreadBody, UnreadBodyError } from "./unread-body.ts";
import type { Verdict } from "./verdict.ts";

/** The facts that expressions see besides the response. */
export interface PollFacts {
  readonly retryCount: number;
  readonly elapsedSeconds: number;
  readonly step: Step;
  /** The request that was answered. */
  readonly request: { readonly method: string; readonly url: string; readonly path: string };
}

/** What a poll has besides this answer. */
export interface Course {
  /** Whether there is something to poll even if the answer names nothing. */
  readonly canPollOn: boolean;
  /** Whether an earlier answer has named what to ask for the result. */
  readonly hasFetch: boolean;
}

const POLLING: Course = { canPollOn: true, hasFetch: false };

/**
 * Judges whether a poll has succeeded, has failed, or must be asked again.
 *
 * Expressions are evaluated in the order next, fetch, abort, pending, failure, success. When none of the last three
 * matches, a 2xx is pending and any other status is judged by the preset `http`, so that an expired token ends the poll and a 503
 * does not. A pending 2xx that leaves nothing to poll is success: the server has done the job at once. An expression
 * that cannot be evaluated on this response (for example, a job's items are not there yet) does not match.
 *
 * @param budget the steps of all expressions together. `@default` a full budget of its own
 * @param course `@default` that of a poll whose result is in its last answer
 */
export function judge(
  until: Until,
  response: HttpResponse,
  facts: PollFacts,
  budget: EvaluationBudget = createEvaluationBudget(),
  course: Course = POLLING,
): Verdict {
  if (until === "http") return judgeByStatus(response, course);
  const input = expressionInput(response, facts, false);
  return withinSteps(() => judgeByAcceptors(until, response, input, budget, course));
}

/**
 * Judges a response whose body could not be read, by its status and headers alone if they decide. If the verdict on a
 * 2xx needs the body, the poll is asked again when the next response may be readable or the headers name what to poll,
 * and has failed otherwise.
 */
export function judgeUnread(
  until: Until,
  response: ResponseHead,
  facts: PollFacts,
  unread: UnreadBody,
  budget: EvaluationBudget = createEvaluationBudget(),
  course: Course = POLLING,
): Verdict {
  if (until === "http") return alsoUnread(judgeByStatus(response, course), unread);
  const input = expressionInput(response, facts, true);
  const judged = withinSteps(() =>
    judgeByAcceptors(until, response, input, budget, course, unread),
  );
  return alsoUnread(judged, unread);
}

/** A response, without its body if that could not be read. */
type KnownResponse = ResponseHead & Partial<HttpResponse>;

function judgeByStatus(response: ResponseHead, { canPollOn }: Course): Verdict {
  const verdict = judgeByHttpPreset(response);
  const isDone = verdict.kind === "pending" && !canPollOn && isSuccessful(response.status);
  return isDone ? { kind: "success", error: nothingToPoll(response) } : verdict;
}

/** What is known while a response is judged by acceptors. */
interface Case {
  readonly acceptors: Acceptors;
  readonly response: KnownResponse;
  readonly facts: JSONValue;
  readonly budget: EvaluationBudget;
  /** Whether there is something to poll after this answer. */
  readonly canPollOn: boolean;
  /** Whether there is something to ask for the result. */
  readonly hasFetch: boolean;
  readonly unread: UnreadBody | undefined;
}

function judgeByAcceptors(
  acceptors: Acceptors,
  response: KnownResponse,
  facts: JSONValue,
  budget: EvaluationBudget,
  course: Course,
  unread?: UnreadBody,
): Verdict {
  const { named, errors } = namedBy(acceptors, facts, budget);
  const canPollOn = course.canPollOn || named?.next !== undefined;
  const hasFetch = course.hasFetch || named?.fetch !== undefined;
  const on: Case = { acceptors, response, facts, budget, canPollOn, hasFetch, unread };
  const verdict = verdictOn(on, errors, course);
  return named === undefined ? verdict : { ...verdict, named };
}

function verdictOn(on: Case, errors: readonly string[], course: Course): Verdict {
  let match: Match;
  try {
    match = matchOf(on.acceptors, on.facts, on.budget);
  } catch (needed) {
    const { unread } = on;
    if (!(needed instanceof UnreadBodyError) || unread === undefined) throw needed;
    if (!isSuccessful(on.response.status)) return statusVerdict(on);
    if (!course.canPollOn && on.canPollOn) return { kind: "pending" };
    return { kind: unread.mayChange ? "transient" : "failure", error: unread.error };
  }
  switch (match.matched) {
    case "pending":
      return pendingVerdict(on);
    case "failure":
      return failureVerdict(on);
    case "success":
      return successVerdict(on);
    case undefined:
      return unmatchedVerdict(on, { ...match, errors: [...errors, ...match.errors] });
  }
}

function unmatchedVerdict(on: Case, { errors, odd }: Match): Verdict {
  const { success, next } = on.acceptors;
  if (success === undefined || !isSuccessful(on.response.status)) return statusVerdict(on);
  const error = errors.length > 0 && { name: "AcceptorError", message: errors.join("; ") };
  if (!on.canPollOn) {
    const oddities = next?.readsBody ? oddBody(on.response) : [];
    const doubt = oddities.length > 0 && nothingToPoll(on.response, oddities);
    return doneAtOnce(on, error || doubt || undefined);
  }
  const oddities = success.readsBody ? [...oddBody(on.response), ...odd] : odd;
  return {
    kind: "pending",
    ...(error && { error }),
    ...(oddities.length > 0 && { odd: oddities }),
  };
}

/** The verdict of the preset `http`. */
function statusVerdict(on: Case): Verdict {
  const verdict = judgeByHttpPreset(on.response);
  switch (verdict.kind) {
    case "success":
      return successVerdict(on);
    case "pending":
      return pendingVerdict(on);
    case "failure":
    case "transient":
      return { ...verdict, error: withReason(verdict.error, on) };
    default:
      return verdict;
  }
}

function pendingVerdict(on: Case): Verdict {
  const { canPollOn, response } = on;
  return canPollOn || !isSuccessful(response.status)
    ? { kind: "pending" }
    : doneAtOnce(on, nothingToPoll(response));
}

/** A start has left nothing to poll: the server has done the job, unless the body that it could not read says more. */
function doneAtOnce(on: Case, error: ErrorDescription | undefined): Verdict {
  const { unread, acceptors } = on;
  return unread !== undefined && acceptors.next !== undefined
    ? { kind: "failure", error: unread.error }
    : successVerdict(on, error);
}

function failureVerdict(on: Case): Verdict {
  const { error, ...result } = pickedForOutcome(on.acceptors.result, on.facts, on.budget);
  const message = ["until.failure matched", ...(error ? [error.message] : [])].join("; ");
  return {
    kind: "failure",
    error: withReason({ name: "FailureMatched", message }, on),
    ...result,
  };
}

/** The result is picked from this response, unless there is something to ask for it. */
function successVerdict(on: Case, error?: ErrorDescription): Verdict {
  const { acceptors, facts, budget, hasFetch } = on;
  return {
    kind: "success",
    ...(hasFetch ? {} : pickedForOutcome(acceptors.result, facts, budget)),
    ...(error && { error }),
  };
}

function nothingToPoll({ headers }: ResponseHead, odd: readonly string[] = []): ErrorDescription {
  const hint = headers.location === undefined ? "" : ': until "http-async" follows its Location';
  const message = `the server has accepted the start, but its answer names nothing to poll${hint}`;
  return { name: "NothingToPollError", message: [message, ...odd].join("; ") };
}
