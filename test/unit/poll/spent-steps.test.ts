import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";
import { createEvaluationBudget } from "../../../lib/jmespath/evaluation-budget.ts";
import { SharedStepsSpentError } from "../../../lib/jmespath/shared-steps.ts";
import { MAX_STEPS } from "../../../lib/limits.ts";
import type { Poll } from "../../../lib/poll/poll.ts";
import { afterRequest } from "../../../lib/poll/step.ts";
import { pollMessage } from "../../support/poll-message.ts";

const NOW = Date.UTC(2026, 0, 1);
const DONE: HttpAnswer = {
  kind: "response",
  response: { status: 200, headers: {}, body: { done: true } },
};

const pollOf = (fields: object): Poll => ({
  message: pollMessage(fields),
  pollId: "p",
  startedAt: NOW - 60_000,
});

describe("a response that was not judged because other records had spent the shared steps", () => {
  const none = () =>
    createEvaluationBudget(MAX_STEPS, () => {
      throw new SharedStepsSpentError();
    });
  const unjudged = (fields: object) => afterRequest(pollOf(fields), DONE, NOW, () => 0.5, none());
  const until = { success: "body.done" };

  it("is requested again, which uses a retry as every request does", () => {
    const result = unjudged({ until, errorCount: 2, delaySeconds: 7 });
    expect(result).toMatchObject({ kind: "pending", delaySeconds: 7, body: { errorCount: 2 } });
  });

  it("does not end a poll without retries left, because the job may be done", () => {
    const last = { until, retryCount: 3, maxRetries: 3 };
    expect(unjudged({ ...last, delaySeconds: 0 })).toEqual({
      kind: "held",
      delaySeconds: 1,
      waitReason: "no-time",
    });
    expect(unjudged({ ...last, delaySeconds: 9 })).toEqual({
      kind: "held",
      delaySeconds: 9,
      waitReason: "no-time",
    });
  });

  it("is named in the outcome of a poll that expires", () => {
    expect(
      unjudged({ until, maxRetries: 0, expiresAt: new Date(NOW + 1000).toISOString() }),
    ).toMatchObject({
      outcome: {
        status: "expired",
        error: {
          name: "SharedStepsSpentError",
          message: expect.stringMatching(/^until.success was cut short/),
        },
      },
    });
  });
});
