import type { Poll } from "../poll/poll.ts";
import { afterRequest, verdictAfter } from "../poll/step.ts";
import { factsOf, responseOf, type ServerAnswer } from "../poll/steps/answered.ts";
import { movesOf } from "../poll/steps/moves.ts";
import type { Scrub } from "../secrets/scrub.ts";
import { expressionInput } from "../verdict/expression-input.ts";
import type { Step } from "../verdict/facts.ts";
import type { Verdict } from "../verdict/verdict.ts";
import {
  decidingIn,
  type Evaluation,
  notedUntil,
  type ShownExpression,
  shownExpressions,
} from "./evaluations.ts";
import {
  type ShownAnswer,
  type ShownRequest,
  shownAnswer,
  shownRequest,
} from "./shown-exchange.ts";
import { createShow, LONGEST_REASON, type Show } from "./shown-value.ts";
import { verdictReason } from "./verdict-reason.ts";
import { type NextStep, whatComesNext } from "./what-comes-next.ts";

/** Why an answer means what it does, and what would come next. All texts are short, and may be shown. */
export interface Explanation extends NextStep {
  /** What the request was for. */
  readonly step: Step;
  readonly request: ShownRequest;
  readonly answer: ShownAnswer;
  readonly verdict: Verdict["kind"];
  /** Why, in plain words. */
  readonly because: string;
  /** The expression that decided; none: the status did, or there was no answer. */
  readonly matched: readonly {
    readonly field: string;
    readonly expression: string;
    readonly value: string;
  }[];
  /** All expressions, in the order in which the judge asked them. */
  readonly evaluated: readonly ShownExpression[];
  /** Where the poll would be asked from now on. */
  readonly next?: ShownRequest;
  /** What would be asked for its result. */
  readonly fetch?: ShownRequest;
  /** What is odd about the answer or about an expression. */
  readonly odd?: readonly string[];
}

/** The largest number that `Math.random` can give. */
const MOST_RANDOM = 1 - 2 ** -53;

/**
 * Explains an answer. The engine itself judges it and decides what comes next; the explanation only notes what its
 * expressions give.
 *
 * @param now when the answer arrived, in epoch ms
 * @param scrub hides values that are known to be secret
 */
export function explain(
  poll: Poll,
  answer: ServerAnswer,
  now: number,
  scrub: Scrub = (text) => text,
): Explanation {
  const show = createShow(scrub);
  const { message } = poll;
  const { until, evaluations } = notedUntil(message.until);
  const verdict = verdictAfter({ ...poll, message: { ...message, until } }, answer, now);
  const deciding = decidingIn(evaluations);
  const response = responseOf(answer);
  const input =
    response && expressionInput(response, factsOf(poll, now), answer.kind !== "response");
  const { next, fetch } = movesOf(poll, answer, verdict);
  const result = (random: number) => afterRequest(poll, answer, now, () => random);
  const odd = verdict.kind === "pending" ? (verdict.odd ?? []) : [];
  return {
    step: message.step,
    request: shownRequest(message.request, show),
    answer: shownAnswer(answer, show),
    verdict: verdict.kind,
    because: show.text(verdictReason(poll, answer, verdict, deciding?.field), LONGEST_REASON),
    matched: deciding ? [matchOf(deciding, show)] : [],
    evaluated: input === undefined ? [] : shownExpressions(message.until, evaluations, input, show),
    ...(next && { next: shownRequest(next, show, true) }),
    ...(fetch && { fetch: shownRequest(fetch, show, true) }),
    ...(odd.length > 0 && { odd }),
    ...whatComesNext(poll, result(0), result(MOST_RANDOM), response, now, show),
  };
}

function matchOf(
  { field, expression, value }: Evaluation,
  show: Show,
): Explanation["matched"][number] {
  return { field, expression, value: show.value(value) };
}
