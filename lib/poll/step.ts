import type { RecordResult } from "../batch/record-result.ts";
import type { HttpAnswer } from "../http/http-request.ts";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { Poll } from "./poll.ts";
import { afterPoll, pollVerdict } from "./steps/after-poll.ts";
import { afterResult, resultVerdict } from "./steps/after-result.ts";
import { afterStart, startVerdict } from "./steps/after-start.ts";
import type { ServerAnswer } from "./steps/answered.ts";

const AFTER = { start: afterStart, poll: afterPoll, result: afterResult } as const;

const VERDICT = { start: startVerdict, poll: pollVerdict, result: resultVerdict } as const;

/**
 * Decides a poll's result after its request: its next message, or its outcome. Nothing else knows of steps: a start
 * leads to polls, and a poll that succeeds leads to the request for its result, when there is one.
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
  return AFTER[poll.message.step]({ poll, now, random, budget }, answer);
}

/**
 * The verdict that {@link afterRequest} decides by.
 *
 * @param now when the answer arrived, in epoch ms
 */
export function verdictAfter(poll: Poll, answer: ServerAnswer, now: number): Verdict {
  return VERDICT[poll.message.step]({ poll, now, random: () => 0, budget: undefined }, answer);
}
