import type { JSONValue } from "@jmespath-community/jmespath";
import type { ErrorDescription, HttpResponse, ResponseHead } from "../http/http-request.ts";
import {
  createEvaluationBudget,
  type EvaluationBudget,
  TooManyStepsError,
} from "../jmespath/evaluation-budget.ts";
import { SharedStepsSpentError } from "../jmespath/shared-steps.ts";
import type { Acceptor } from "./acceptor.ts";
import type { Acceptors, Until } from "./expressions.ts";
import { judgeByHttpPreset } from "./http-preset.ts";
import { oddBody, odditiesOf } from "./oddities.ts";
import { saysYes } from "./says-yes.ts";
import { type UnreadBody, UnreadBodyError, withUnreadBody } from "./unread-body.ts";
import type { Verdict } from "./verdict.ts";

/** The facts that acceptors see besides the response. */
export interface PollFacts {
  readonly retryCount: number;
  readonly elapsedSeconds: number;
}

/**
 * Judges whether a poll has succeeded, has failed, or must be asked again.
 *
 * Acceptors are evaluated in the order pending, failure, success. When none matches, a 2xx is pending and any other
 * status is judged by the preset `http`, so that an expired token ends the poll and a 503 does not. An acceptor that
 * cannot be evaluated on this response (for example, a job's items are not there yet) does not match.
 *
 * @param budget the steps of all acceptors together. `@default` a full budget of its own
 */
export function judge(
  until: Until,
  response: HttpResponse,
  facts: PollFacts,
  budget: EvaluationBudget = createEvaluationBudget(),
): Verdict {
  if (until === "http") return judgeByHttpPreset(response);
  const { status, headers, body } = response;
  return judgeByFacts(until, response, { status, headers, body, ...facts }, budget);
}

/**
 * Judges a response whose body could not be read, by its status and headers alone if they decide. If the verdict on a
 * 2xx needs the body, the poll is asked again when the next response may be readable, and has failed otherwise.
 */
export function judgeUnread(
  until: Until,
  response: ResponseHead,
  facts: PollFacts,
  unread: UnreadBody,
  budget: EvaluationBudget = createEvaluationBudget(),
): Verdict {
  const { error, mayChange } = unread;
  try {
    const verdict =
      until === "http"
        ? judgeByHttpPreset(response)
        : judgeByFacts(until, response, withUnreadBody({ ...response, ...facts }), budget);
    return { error, ...verdict };
  } catch (needed) {
    if (!(needed instanceof UnreadBodyError)) throw needed;
    if (!isSuccessful(response.status)) return judgeByHttpPreset(response);
    return { kind: mayChange ? "transient" : "failure", error };
  }
}

/** A response, without its body if that could not be read. */
type KnownResponse = ResponseHead & Partial<HttpResponse>;

function judgeByFacts(
  acceptors: Acceptors,
  response: KnownResponse,
  facts: object,
  budget: EvaluationBudget,
): Verdict {
  try {
    // The facts are JSON; only the static type of the body does not say so.
    return judgeByAcceptors(acceptors, response, facts as JSONValue, budget);
  } catch (error) {
    if (error instanceof TooManyStepsError) return { kind: "failure", error: describe(error) };
    if (error instanceof SharedStepsSpentError) return { kind: "unjudged", error: describe(error) };
    throw error;
  }
}

function judgeByAcceptors(
  acceptors: Acceptors,
  response: KnownResponse,
  facts: JSONValue,
  budget: EvaluationBudget,
): Verdict {
  const errors: string[] = [];
  const odd: string[] = [];
  const matches = (acceptor: Acceptor | undefined): boolean => {
    if (acceptor === undefined) return false;
    budget.notes.clear();
    const answer = ask(acceptor, facts, budget);
    if ("error" in answer) {
      errors.push(answer.error);
      return false;
    }
    const isSuccess = acceptor === acceptors.success;
    odd.push(...odditiesOf(acceptor.field, answer.found, budget.notes, isSuccess));
    return saysYes(answer.found);
  };
  if (matches(acceptors.pending)) return { kind: "pending" };
  if (matches(acceptors.failure)) {
    const { error, ...result } = picked(acceptors.result, facts, budget);
    const message = ["until.failure matched", ...(error ? [error.message] : [])].join("; ");
    return { kind: "failure", error: { name: "FailureMatched", message }, ...result };
  }
  if (matches(acceptors.success))
    return { kind: "success", ...picked(acceptors.result, facts, budget) };
  if (acceptors.success === undefined || !isSuccessful(response.status)) {
    const verdict = judgeByHttpPreset(response);
    return verdict.kind === "success"
      ? { ...verdict, ...picked(acceptors.result, facts, budget) }
      : verdict;
  }
  if (acceptors.success.readsBody) odd.unshift(...oddBody(response));
  return {
    kind: "pending",
    ...(errors.length > 0 && { error: { name: "AcceptorError", message: errors.join("; ") } }),
    ...(odd.length > 0 && { odd }),
  };
}

/** The result for the outcome, and an error when the expression was too costly. */
function picked(
  result: Acceptor | undefined,
  facts: JSONValue,
  budget: EvaluationBudget,
): { result?: JSONValue; error?: ErrorDescription } {
  if (result === undefined) return {};
  // An error in `result` must not change how the poll ended.
  try {
    return { result: result.pick(facts, budget) };
  } catch (error) {
    if (error instanceof SharedStepsSpentError) throw new SharedStepsSpentError(result.field);
    const tooLong = error instanceof TooManyStepsError;
    return {
      result: null,
      ...(tooLong && { error: describe(new TooManyStepsError(result.field)) }),
    };
  }
}

function ask(
  acceptor: Acceptor,
  facts: JSONValue,
  budget: EvaluationBudget,
): { found: JSONValue } | { error: string } {
  try {
    return { found: acceptor.evaluate(facts, budget) };
  } catch (error) {
    if (error instanceof SharedStepsSpentError) throw new SharedStepsSpentError(acceptor.field);
    if (error instanceof TooManyStepsError) throw new TooManyStepsError(acceptor.field);
    if (error instanceof UnreadBodyError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { error: `${acceptor.field} cannot be evaluated: ${reason.slice(0, 200)}` };
  }
}

function isSuccessful(status: number): boolean {
  return status >= 200 && status < 300;
}

function describe({ name, message }: Error): ErrorDescription {
  return { name, message };
}
