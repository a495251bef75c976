import type { HttpAnswer } from "../../lib/http/http-request.ts";
import type { Answer, PollPlan, StartAnswer } from "./scenario.ts";

/** The Retry-After of a busy server: more than a lease and most delays together. */
const RETRY_AFTER_SECONDS = 200;

/** The server's answer to the nth request of a poll, counted from 0. */
export function answerTo(plan: PollPlan, nth: number): Answer {
  return plan.answers[nth] ?? plan.finally;
}

/** Whether the server starts the job. A server that breaks, or whose answer is lost, may have done it before. */
export function startsJob(answer: StartAnswer): boolean {
  return !["busy", "failed", "unreachable", "noPlace"].includes(answer);
}

/** Whether the answer leaves open whether the job was started. */
export function isUnknown(answer: StartAnswer): boolean {
  return answer === "broken" || answer === "silent" || answer === "reset";
}

/** The answer to a poll after which the next request waits as long as after this answer to a start. */
export function waitsLike(answer: StartAnswer): Answer {
  switch (answer) {
    case "started":
      return "pending";
    case "reset":
    case "unreachable":
    case "noPlace":
      return "broken";
    default:
      return answer;
  }
}

/** The answer to a start in the form of the HTTP client. @param location where the job is */
export function httpStartAnswer(answer: StartAnswer, location: string): HttpAnswer {
  switch (answer) {
    case "started":
      return response(202, null, { location });
    case "unreachable": {
      const error = { name: "Error", message: "connect ECONNREFUSED" };
      return { kind: "transient", error, neverSent: true };
    }
    case "noPlace":
      return { kind: "aborted" };
    case "reset":
      return transient("Error", "reset");
    default:
      return httpAnswer(answer);
  }
}

/** An answer in the form of the HTTP client. */
export function httpAnswer(answer: Answer): HttpAnswer {
  switch (answer) {
    case "pending":
      return response(202);
    case "done":
      return response(200, { state: "done" });
    case "failed":
      return response(410);
    case "busy":
      return response(429, null, { "retry-after": String(RETRY_AFTER_SECONDS) });
    case "broken":
      return response(500);
    case "garbage":
      return response(202, "<html>{[", { "content-type": "application/json" });
    case "silent":
      return transient("TimeoutError", "no complete response in time");
  }
}

export function transient(name: string, message: string): HttpAnswer {
  return { kind: "transient", error: { name, message } };
}

function response(
  status: number,
  body: unknown = null,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { kind: "response", response: { status, headers, body } };
}

/**
 * How long the next request must wait after an answer that does not end the poll, in seconds. Computed from the
 * documentation alone, independently of the product's code.
 *
 * @param retryCount the retry count of the record
 * @param secondsToExpiry counted from the answer; `undefined`: it does not expire
 */
export function waitAfter(
  plan: PollPlan,
  answer: Answer,
  retryCount: number,
  secondsToExpiry: number | undefined,
): number {
  const largest = Math.max(900, plan.delaySeconds);
  const delay = Math.min(largest, plan.delaySeconds * plan.rate ** retryCount);
  const wait = answer === "busy" ? Math.max(delay, RETRY_AFTER_SECONDS) : delay;
  return secondsToExpiry === undefined ? wait : Math.min(wait, Math.floor(secondsToExpiry) - 2);
}
