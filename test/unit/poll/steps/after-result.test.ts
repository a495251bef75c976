import { describe, expect, it } from "vitest";
import { expiredBeforeRequest, holdWhilePaused } from "../../../../lib/poll/before-request.ts";
import { cappedPoll } from "../../../../lib/poll/operator-caps.ts";
import { afterRequest } from "../../../../lib/poll/step.ts";
import {
  API,
  after,
  cutOff,
  endOf,
  error,
  NOW,
  nextOf,
  pollOf,
  response,
  timedOut,
  tooLarge,
  unreachable,
} from "./poll-steps.ts";

const url = `${API}/r`;
const until = {
  success: "body.done",
  pending: "body.running",
  failure: "`true`",
  next: "'/elsewhere'",
  fetch: "'/elsewhere'",
  result: "body.rows",
  error: "body.problem",
};
const message = {
  pollId: "p",
  request: { url },
  until,
  step: "result",
  origin: API,
  maxRetries: 2,
  retryCount: 2,
  expiresAt: "2025-01-01T00:00:00Z",
};
const transient = (answer: Parameters<typeof after>[1], more: object = {}) =>
  after({ ...message, ...more }, answer);

describe("the result of a poll that has succeeded", () => {
  it.each([200, 201, 202, 207, 299])("is any %i: nothing else is judged", (status) => {
    expect(endOf(message, response(status, {}, { running: true, rows: 3 }))).toMatchObject({
      status: "succeeded",
      result: 3,
      resultUrl: url,
      response: { status },
    });
  });

  it("may be a text, and expressions see the step", () => {
    const picked = { ...until, result: "{ step: step, body: body }" };
    expect(endOf({ ...message, until: picked }, response(200, {}, "a,b\n"))).toMatchObject({
      result: { step: "result", body: "a,b\n" },
    });
  });

  it.each([400, 401, 404, 410, 422, 303])("has failed with a %i", (status) => {
    expect(endOf(message, response(status, {}, { problem: "p" }))).toMatchObject({
      status: "failed",
      error: { name: "HttpStatusError", reason: "p" },
      resultUrl: url,
      response: { status },
    });
  });

  it("has failed when the guard refuses its address", () => {
    const refused = { kind: "refused", error: error("ForbiddenAddressError") } as const;
    expect(endOf(message, refused)).toMatchObject({ status: "failed", resultUrl: url });
  });

  it.each([
    ["too large", tooLarge(200)],
    ["cut off too often", cutOff(200)],
    ["broken too often", tooLarge(200, {}, true)],
  ])("stays where it is, and the poll has succeeded: %s", (_, answer) => {
    const outcome = endOf({ ...message, errorCount: 10 }, answer);
    expect(outcome).toMatchObject({
      status: "succeeded",
      resultUrl: url,
      response: { status: 200 },
    });
    expect(outcome).toHaveProperty("error.message");
    expect(outcome).not.toHaveProperty("result");
  });
});

describe("a result that does not come now", () => {
  it.each([
    ["a 429", response(429)],
    ["a 425", response(425)],
    ["a 503", response(503)],
    ["a 500", response(500)],
    ["a timeout", timedOut],
    ["no connection", unreachable],
    ["a body that was cut off", cutOff(200)],
    ["a broken body", tooLarge(200, {}, true)],
  ])("is asked for again, maxErrors times: %s", (_, answer) => {
    expect(transient(answer, { errorCount: 9 })).toMatchObject({
      kind: "pending",
      usesNoRetry: true,
      body: { ...message, errorCount: 10 },
    });
  });

  it.each([
    ["a 429", response(429)],
    ["a 500", response(500)],
    ["a timeout", timedOut],
  ])("ends the poll as failed after that: %s", (_, answer) => {
    expect(transient(answer, { errorCount: 10 })).toMatchObject({
      outcome: { status: "failed", resultUrl: url },
    });
  });

  it("waits as long as the server asks for", () => {
    expect(transient(response(429, { "retry-after": "77" }))).toMatchObject({ delaySeconds: 77 });
  });

  it("is held when this machine could not ask, or its batch could not judge", () => {
    expect(transient({ kind: "aborted", delaySeconds: 5 })).toEqual({
      kind: "held",
      delaySeconds: 5,
    });
    expect(transient({ kind: "unfinished", error: error("HostBusyError") })).toEqual({
      kind: "held",
      delaySeconds: 30,
      waitReason: "no-time",
    });
  });
});

describe("no limit ends a poll that has succeeded", () => {
  const caps = { minDelaySeconds: 60, maxRetries: 0, maxAgeSeconds: 1 };
  const poll = cappedPoll({ ...pollOf(message), startedAt: NOW - 1e9 }, caps);

  it("neither its time nor its retries nor the operator's caps", () => {
    expect(expiredBeforeRequest(poll, NOW)).toBeUndefined();
    expect(afterRequest(poll, timedOut, NOW, () => 0.5)).toMatchObject({ kind: "pending" });
    expect(holdWhilePaused(poll, NOW + 5000, NOW)).toMatchObject({ kind: "held", delaySeconds: 5 });
  });

  it("but the operator's shortest delay applies", () => {
    const done = {
      ...message,
      step: undefined,
      expiresAt: undefined,
      until: { success: "body", fetch: "'/r'" },
    };
    const before = cappedPoll(pollOf({ ...done, retryCount: 0 }), {
      ...caps,
      maxAgeSeconds: undefined,
    });
    expect(afterRequest(before, response(200, {}, { a: 1 }), NOW, () => 0.5)).toMatchObject({
      delaySeconds: 60,
      body: { step: "result" },
    });
  });
});

it("nothing that the result's answer names is followed", () => {
  expect(nextOf(message, response(500, { location: "/x" }))).toMatchObject({ request: { url } });
});
