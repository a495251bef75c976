import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";
import { expiredBeforeRequest } from "../../../lib/poll/before-request.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import type { Poll } from "../../../lib/poll/poll.ts";
import { afterRequest } from "../../../lib/poll/step.ts";
import { pollMessage } from "../../support/poll-message.ts";

const NOW = Date.UTC(2026, 0, 1);
const STARTED = NOW - 60_000;

const pollOf = (fields: object = {}): Poll => ({
  message: pollMessage(fields),
  pollId: "p",
  startedAt: STARTED,
});
const answered = (status: number, headers = {}, body: unknown = null): HttpAnswer => ({
  kind: "response",
  response: { status, headers, body },
});
const UNREACHABLE = { name: "Error", message: "connect ECONNREFUSED" };
const unreachable: HttpAnswer = { kind: "transient", error: UNREACHABLE };
const step = (fields: object, answer: HttpAnswer, random = 0.5) =>
  afterRequest(pollOf(fields), answer, NOW, () => random);
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe("a poll that ends", () => {
  it("succeeded, with its response", () => {
    expect(
      step({ retryCount: 4, context: { order: 7 } }, answered(200, { etag: "e" }, "done")),
    ).toEqual({
      kind: "completed",
      outcome: {
        outcomeId: "p@2025-12-31T23:59:00.000Z",
        pollId: "p",
        status: "succeeded",
        retryCount: 4,
        startedAt: "2025-12-31T23:59:00.000Z",
        finishedAt: "2026-01-01T00:00:00.000Z",
        response: { status: 200, headers: { etag: "e" }, body: "done" },
        context: { order: 7 },
      },
    });
  });

  it("succeeded, with the value of until.result, and no context if the message has none", () => {
    const result = step(
      { until: { success: "body.done", result: "body.url" } },
      answered(200, {}, { done: true, url: "u" }),
    );
    expect(result).toMatchObject({ outcome: { status: "succeeded", result: "u" } });
    expect(result).not.toHaveProperty("outcome.context");
  });

  it("failed, with the value of until.result", () => {
    const until = { success: "body.done", failure: "body.error", result: "body.error.code" };
    expect(step({ until }, answered(200, {}, { error: { code: 7 } }))).toMatchObject({
      outcome: { status: "failed", error: { name: "FailureMatched" }, result: 7 },
    });
  });

  it("its acceptors can read its age and its number of retries", () => {
    const until = { success: "elapsedSeconds == `60` && retryCount == `4`" };
    expect(step({ until, retryCount: 4 }, answered(200))).toMatchObject({
      outcome: { status: "succeeded" },
    });
  });

  it.each([
    {
      name: "a status that means failure",
      answer: answered(404),
      error: "HttpStatusError",
      response: true,
    },
    {
      name: "a refused request",
      answer: { kind: "refused", error: { name: "ForbiddenAddressError", message: "no" } } as const,
      error: "ForbiddenAddressError",
      response: false,
    },
  ])("failed: $name", ({ answer, error, response }) => {
    const result = step({}, answer);
    expect(result).toMatchObject({
      kind: "completed",
      outcome: { status: "failed", error: { name: error } },
    });
    expect("outcome" in result && "response" in Object(result.outcome)).toBe(response);
  });
});

it("a poll is held when its request was aborted, because there is no answer to judge", () => {
  expect(step({ retryCount: 60 }, { kind: "aborted" })).toEqual({ kind: "held", delaySeconds: 0 });
  const shortage = { kind: "aborted", delaySeconds: 5 } as const;
  expect(step({ errorCount: 9 }, shortage)).toEqual({ kind: "held", delaySeconds: 5 });
});

describe("transient errors in a row", () => {
  it.each([
    { maxErrors: 10, errorCount: 0, next: 1 },
    { maxErrors: 10, errorCount: 9, next: 10 },
    { maxErrors: 10, errorCount: 10, next: "failed" },
    { maxErrors: 0, errorCount: 0, next: "failed" },
    { maxErrors: 1, errorCount: 5, next: "failed" },
  ])(
    "with maxErrors $maxErrors and errorCount $errorCount: $next",
    ({ maxErrors, errorCount, next }) => {
      for (const answer of [unreachable, answered(500)]) {
        const result = step({ maxErrors, errorCount }, answer);
        if (next === "failed") expect(result).toMatchObject({ outcome: { status: "failed" } });
        else expect(result).toMatchObject({ kind: "pending", body: { errorCount: next } });
      }
    },
  );

  it("an answer resets the count", () => {
    const result = step({ errorCount: 7 }, answered(202));
    expect(result.kind).toBe("pending");
    expect(result).not.toHaveProperty("body.errorCount");
  });

  it("put the last error into the outcome", () => {
    expect(step({ maxErrors: 0 }, unreachable)).toMatchObject({ outcome: { error: UNREACHABLE } });
    expect(step({ retryCount: 60 }, unreachable)).toMatchObject({
      outcome: { status: "exhausted", error: UNREACHABLE },
    });
    expect(step({ maxErrors: 0 }, answered(500))).toMatchObject({
      outcome: { error: { message: "the server answered 500" }, response: { status: 500 } },
    });
  });
});

describe("maxRetries", () => {
  it.each([
    { retryCount: 59, kind: "pending" },
    { retryCount: 60, kind: "completed" },
  ])("60, after $retryCount: $kind", ({ retryCount, kind }) => {
    expect(step({ retryCount }, answered(202)).kind).toBe(kind);
  });

  it("ends the poll as exhausted with its last response when reached", () => {
    expect(step({ maxRetries: 0 }, answered(202))).toMatchObject({
      outcome: {
        status: "exhausted",
        retryCount: 0,
        response: { status: 202 },
        error: { name: "RetriesExhausted", message: "still pending after 0 retries" },
      },
    });
  });

  it("does not make a last request that succeeds or fails exhausted", () => {
    expect(step({ maxRetries: 0 }, answered(200))).toMatchObject({
      outcome: { status: "succeeded" },
    });
    expect(step({ maxRetries: 0 }, answered(404))).toMatchObject({
      outcome: { status: "failed" },
    });
  });
});

describe("the delay before the next poll", () => {
  it.each([
    { fields: {}, delaySeconds: 30 },
    { fields: { delaySeconds: 0 }, delaySeconds: 0 },
    { fields: { retryCount: 3, backoff: { rate: 2, jitter: "none" } }, delaySeconds: 240 },
    { fields: { retryCount: 3, backoff: { rate: 2 } }, delaySeconds: 180 },
    { fields: { retryCount: 9, backoff: { rate: 2, jitter: "none" } }, delaySeconds: 900 },
  ])("$fields: $delaySeconds s", ({ fields, delaySeconds }) => {
    expect(step(fields, answered(202))).toMatchObject({ kind: "pending", delaySeconds });
    expect(step(fields, unreachable)).toMatchObject({ kind: "pending", delaySeconds });
  });

  it.each([
    { retryAfter: "120", delaySeconds: 120 },
    { retryAfter: "5", delaySeconds: 30 },
    { retryAfter: "99999999", delaySeconds: 43_200 },
    { retryAfter: "Thu, 01 Jan 2026 00:02:00 GMT", delaySeconds: 120 },
    { retryAfter: "soon", delaySeconds: 30 },
  ])(
    "Retry-After $retryAfter lengthens 30 s to $delaySeconds s",
    ({ retryAfter, delaySeconds }) => {
      for (const status of [202, 429, 503, 500]) {
        const answer = answered(status, { "retry-after": retryAfter });
        expect(step({}, answer)).toMatchObject({ kind: "pending", delaySeconds });
      }
    },
  );

  it("is never shorter with Retry-After than without", () => {
    const value = fc.oneof(fc.nat(50_000).map(String), fc.string());
    fc.assert(
      fc.property(value, fc.nat(43_200), (retryAfter, delaySeconds) => {
        const result = step({ delaySeconds }, answered(202, { "retry-after": retryAfter }));
        expect(result.kind === "pending" && result.delaySeconds).toBeGreaterThanOrEqual(
          delaySeconds,
        );
      }),
    );
  });
});

describe("expiresAt", () => {
  it.each([
    { seconds: -1, ended: true },
    { seconds: 0, ended: true },
    { seconds: 0.001, ended: false },
  ])("$seconds s before it, without a request: ended $ended", ({ seconds, ended }) => {
    const result = expiredBeforeRequest(pollOf({ expiresAt: inSeconds(seconds) }), NOW);
    if (ended)
      expect(result).toMatchObject({
        outcome: { status: "expired", error: { name: "PollExpired" } },
      });
    else expect(result).toBeUndefined();
  });

  it("never ends a poll without one", () => {
    expect(expiredBeforeRequest(pollOf(), Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });

  it.each([
    { expiresIn: 3600, delaySeconds: 30 },
    { expiresIn: 32, delaySeconds: 30 },
    { expiresIn: 31.9, delaySeconds: 29 },
    { expiresIn: 10, delaySeconds: 8 },
    { expiresIn: 3, delaySeconds: 1 },
    { expiresIn: 2.9, delaySeconds: "expired" },
    { expiresIn: 0, delaySeconds: "expired" },
  ])("in $expiresIn s: the next delay is $delaySeconds", ({ expiresIn, delaySeconds }) => {
    const result = step({ expiresAt: inSeconds(expiresIn) }, answered(202));
    if (delaySeconds === "expired") {
      expect(result).toMatchObject({ outcome: { status: "expired", response: { status: 202 } } });
    } else expect(result).toMatchObject({ kind: "pending", delaySeconds });
  });

  it("shortens a Retry-After, too", () => {
    const answer = answered(429, { "retry-after": "600" });
    expect(step({ expiresAt: inSeconds(100) }, answer)).toMatchObject({ delaySeconds: 98 });
  });

  it("keeps the last request's error in the outcome", () => {
    expect(step({ expiresAt: inSeconds(1) }, unreachable)).toMatchObject({
      outcome: { status: "expired", error: UNREACHABLE },
    });
  });

  it("does not override a late success", () => {
    expect(step({ expiresAt: inSeconds(-5) }, answered(200))).toMatchObject({
      outcome: { status: "succeeded" },
    });
  });
});

it("a pending poll keeps its body as written, including the digits of numbers", () => {
  const text = '{"request":{"url":"http://a.example"},"context":1.0,"retryCount":2}';
  const poll = { message: parsePollMessage(text), pollId: "p", startedAt: STARTED };
  const result = afterRequest(poll, answered(202), NOW, () => 0);
  expect(result.kind === "pending" && JSON.stringify(result.body)).toBe(text);
});
