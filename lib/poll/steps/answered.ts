import type { HttpAnswer, HttpResponse, ResponseHead } from "../../http/http-request.ts";
import type { EvaluationBudget } from "../../jmespath/evaluation-budget.ts";
import type { PollFacts } from "../../verdict/judge.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { Poll } from "../poll.ts";

/** An answer that says something of the server, or of the way to it. */
export type ServerAnswer = Exclude<HttpAnswer, { kind: "aborted" }>;

/** A poll whose request was answered. */
export interface Answered {
  readonly poll: Poll;
  /** When the answer arrived, in epoch ms. */
  readonly now: number;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** The steps that its expressions may take. `undefined`: a full budget of its own */
  readonly budget: EvaluationBudget | undefined;
}

/** The response, without its body if that could not be read; `undefined` when there was none. */
export function responseOf(
  answer: ServerAnswer,
): (ResponseHead & Partial<HttpResponse>) | undefined {
  return "response" in answer ? answer.response : undefined;
}

/** The verdict on an answer that says nothing of the job. */
export function verdictWithoutResponse({
  kind,
  error,
}: Exclude<ServerAnswer, { kind: "response" | "unreadable" }>): Verdict {
  switch (kind) {
    case "transient":
      return { kind: "transient", error };
    case "refused":
      return { kind: "failure", error };
    case "unfinished":
      return { kind: "unjudged", error };
  }
}

/** The facts that expressions see besides the response. */
export function factsOf({ message, startedAt }: Poll, now: number): PollFacts {
  const { retryCount, step } = message;
  const { method, url } = message.request;
  return {
    retryCount,
    elapsedSeconds: Math.max(0, now - startedAt) / 1000,
    step,
    request: {
      method,
      url,
      // Computed only when an expression reads it.
      get path() {
        return new URL(url).pathname;
      },
    },
  };
}

/** The URL of the answer, after redirects. */
export function urlOf({ message }: Poll, answer: ServerAnswer): string {
  const redirectedTo = "redirectedTo" in answer ? answer.redirectedTo : undefined;
  // A masked secret can make it another text than a URL.
  return redirectedTo !== undefined && URL.canParse(redirectedTo)
    ? redirectedTo
    : message.request.url;
}
