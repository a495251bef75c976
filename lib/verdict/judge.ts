import type { JSONValue } from "@jmespath-community/jmespath";
import type { HttpResponse } from "../http/http-request.ts";
import type { Acceptor } from "./acceptor.ts";
import { saysYes } from "./acceptor.ts";
import { judgeByHttpPreset } from "./http-preset.ts";
import type { Acceptors, Until } from "./until.ts";
import type { Verdict } from "./verdict.ts";

/** What the acceptors are asked over, beside the response. */
export interface PollFacts {
  readonly retryCount: number;
  readonly elapsedSeconds: number;
}

/**
 * Judges a response: done, failed, or to be asked again.
 *
 * Acceptors are asked in the order pending, failure, success. None matches: a 2xx is pending, and any other
 * status is judged by the preset `http`, so that an expired token ends the poll and a 503 does not. An acceptor
 * that cannot be evaluated on this response (a job's items are not there yet) does not match.
 */
export function judge(until: Until, response: HttpResponse, facts: PollFacts): Verdict {
  return until === "http"
    ? judgeByHttpPreset(response)
    : judgeByAcceptors(until, response, withoutPrototype({ ...response, ...facts }));
}

function judgeByAcceptors(acceptors: Acceptors, response: HttpResponse, facts: JSONValue): Verdict {
  const errors: string[] = [];
  const matches = (acceptor: Acceptor | undefined): boolean => {
    if (acceptor === undefined) return false;
    const answer = ask(acceptor, facts);
    if ("error" in answer) errors.push(answer.error);
    return "found" in answer && saysYes(answer.found);
  };
  if (matches(acceptors.pending)) return { kind: "pending" };
  if (matches(acceptors.failure)) {
    return { kind: "failure", error: { name: "FailureMatched", message: "until.failure matched" } };
  }
  if (matches(acceptors.success)) return success(acceptors.result, facts);
  if (!isSuccessful(response.status)) return judgeByHttpPreset(response);
  return errors.length === 0
    ? { kind: "pending" }
    : { kind: "pending", error: { name: "AcceptorError", message: errors.join("; ") } };
}

function success(result: Acceptor | undefined, facts: JSONValue): Verdict {
  if (result === undefined) return { kind: "success" };
  const answer = ask(result, facts);
  // The poll is done whatever its result says: losing a success over a typo in `result` helps nobody.
  return { kind: "success", result: "found" in answer ? plain(answer.found) : null };
}

function ask(acceptor: Acceptor, facts: JSONValue): { found: JSONValue } | { error: string } {
  try {
    return { found: acceptor.evaluate(facts) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { error: `${acceptor.field} cannot be evaluated: ${reason.slice(0, 200)}` };
  }
}

function isSuccessful(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The interpreter reads inherited members: what has no prototype has no `constructor` to reach. */
function withoutPrototype(value: unknown): JSONValue {
  if (Array.isArray(value)) return value.map(withoutPrototype);
  if (typeof value !== "object" || value === null) return value as JSONValue;
  const copy: Record<string, JSONValue> = Object.create(null);
  for (const [name, member] of Object.entries(value)) copy[name] = withoutPrototype(member);
  return copy;
}

/** A result is JSON, whatever an expression dug up. */
function plain(found: JSONValue): unknown {
  return found === undefined ? null : JSON.parse(JSON.stringify(found) ?? "null");
}
