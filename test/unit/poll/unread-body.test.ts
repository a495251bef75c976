import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";
import { afterRequest } from "../../../lib/poll/step.ts";
import { pollMessage } from "../../support/poll-message.ts";

const TOO_LARGE = { name: "UnreadableBodyError", message: "the response body is larger" };
const HEADERS = { etag: "e" };

const unread = (status: number, mayChange = false): HttpAnswer => {
  const response = { status, headers: HEADERS };
  return { kind: "unreadable", response, error: TOO_LARGE, mayChange };
};
const stepAfter = (answer: HttpAnswer, fields: object = {}) =>
  afterRequest(
    { message: pollMessage({ maxErrors: 0, maxRetries: 0, ...fields }), pollId: "p", startedAt: 0 },
    answer,
    1,
    () => 0.5,
  );

/** The outcome says both why it ended and why it is without the body. */
const besideUnread = (name: string, why: string) => ({
  name,
  message: `${why}; ${TOO_LARGE.message}`,
});

const STATUS_ONLY = { success: "status == `200`", failure: "status == `418`" };
const BODY_ONLY = { success: "body.done" };

describe("a response whose body cannot be read", () => {
  it.each([
    ["http", 200, "succeeded", TOO_LARGE],
    ["http", 202, "exhausted", TOO_LARGE],
    ["http", 404, "failed", besideUnread("HttpStatusError", "the server answered 404")],
    ["http", 503, "failed", besideUnread("HttpStatusError", "the server answered 503")],
    [STATUS_ONLY, 200, "succeeded", TOO_LARGE],
    [STATUS_ONLY, 418, "failed", besideUnread("FailureMatched", "until.failure matched")],
    [STATUS_ONLY, 204, "exhausted", TOO_LARGE],
    [BODY_ONLY, 404, "failed", besideUnread("HttpStatusError", "the server answered 404")],
    [BODY_ONLY, 200, "failed", TOO_LARGE],
    [{ success: "headers.etag == 'e'" }, 200, "succeeded", TOO_LARGE],
    [{ ...STATUS_ONLY, pending: "body.running" }, 200, "failed", TOO_LARGE],
    [{ success: "contains(to_string(@), 'x')" }, 200, "failed", TOO_LARGE],
    [{ success: "*[0]" }, 200, "failed", TOO_LARGE],
    [{ success: "type(body) == 'null'" }, 200, "failed", TOO_LARGE],
  ])("is judged by its status and headers: %j, %i gives %s", (until, code, status, error) => {
    expect(stepAfter(unread(code), { until })).toMatchObject({
      kind: "completed",
      outcome: { status, error, response: { status: code, headers: HEADERS } },
    });
  });

  it("succeeds if the status alone decides, even if until.result needs the body", () => {
    const until = { ...STATUS_ONLY, result: "body.url" };
    expect(stepAfter(unread(200), { until })).toMatchObject({
      outcome: { status: "succeeded", result: null, error: TOO_LARGE },
    });
  });

  it("leaves the body out of the outcome", () => {
    expect(stepAfter(unread(200))).not.toHaveProperty("outcome.response.body");
  });

  it.each([
    [true, { kind: "pending", body: { errorCount: 1 } }],
    [false, { kind: "completed", outcome: { status: "failed" } }],
  ])(
    "is requested again if the body is needed and the next one may be readable: %s",
    (mayChange, result) => {
      const fields = { until: BODY_ONLY, maxErrors: 5, maxRetries: 5 };
      expect(stepAfter(unread(200, mayChange), fields)).toMatchObject(result);
    },
  );
});

describe("a connection that broke within the body", () => {
  const error = { name: "Error", message: "aborted" };
  const broken = (status: number): HttpAnswer => {
    return { kind: "transient", error, response: { status, headers: HEADERS } };
  };

  it.each([200, 404])("is a transient error, whatever the status: %i", (status) => {
    const fields = { maxErrors: 5, maxRetries: 5 };
    expect(stepAfter(broken(status), fields)).toMatchObject({
      kind: "pending",
      body: { errorCount: 1 },
    });
  });

  it("keeps the response's status and headers in the outcome", () => {
    expect(stepAfter(broken(404))).toMatchObject({
      outcome: { status: "failed", error, response: { status: 404, headers: HEADERS } },
    });
  });
});
