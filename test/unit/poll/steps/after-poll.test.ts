import { describe, expect, it } from "vitest";
import { API, after, endOf, nextOf, response, tooLarge } from "./poll-steps.ts";

const url = `${API}/v1/jobs/7`;
const UNTIL = {
  success: "body.done",
  failure: "body.failed",
  next: "body.next",
  fetch: "body.result",
};
const message = { pollId: "p", request: { url }, until: UNTIL };
const answer = (body: object, headers = {}) => response(200, headers, body);

describe("a poll that moves", () => {
  it("is polled where it was named last", () => {
    const moved = nextOf(message, answer({ next: "8?t=1" }));
    expect(moved).toEqual({ ...message, request: { url: `${API}/v1/jobs/8?t=1` }, origin: API });
    expect(nextOf(moved, answer({}))).toEqual(moved);
    expect(nextOf(moved, answer({ next: null }))).toEqual(moved);
    expect(nextOf(moved, answer({ next: "" }))).toEqual(moved);
    expect(nextOf(moved, answer({ next: false }))).toEqual(moved);
    expect(nextOf(moved, answer({ next: { url: null, method: "POST" } }))).toEqual(moved);
  });

  it("keeps the sender's own origin, however often it moves", () => {
    const away = nextOf(message, answer({ next: "https://other.example/x" }));
    expect(away).toMatchObject({ request: { url: "https://other.example/x" }, origin: API });
    const back = nextOf(away, answer({ next: url }));
    expect(back).toMatchObject({ request: { url }, origin: API });
    expect(nextOf(back, answer({ next: "https://third.example/" }))).toMatchObject({ origin: API });
  });

  it("keeps headers that another origin is not told, for when it moves back", () => {
    const headers = { "x-tenant": "t" };
    const away = nextOf(
      { ...message, request: { url, headers } },
      answer({ next: "https://other.example/x" }),
    );
    expect(away).toMatchObject({ request: { headers } });
  });

  it("named where it already is keeps its method and its body", () => {
    const request = { url, method: "POST", body: { query: "q" } };
    const posted = { ...message, request };
    expect(nextOf(posted, answer({ next: url }))).toEqual(posted);
    expect(nextOf(posted, answer({ next: `${url}?page=2` })).request).toEqual({
      url: `${url}?page=2`,
    });
    const other = { url: "/q", method: "PUT", body: 1 };
    expect(nextOf(posted, answer({ next: other })).request).toEqual({
      url: `${API}/q`,
      method: "PUT",
      body: 1,
    });
  });

  it("is resolved against the URL that redirects led to", () => {
    const redirected = {
      ...answer({ next: "9" }),
      redirectedTo: "https://eu.api.example/v2/jobs/7",
    };
    expect(nextOf(message, redirected)).toMatchObject({
      request: { url: "https://eu.api.example/v2/jobs/9" },
    });
    const masked = { ...answer({ next: "9" }), redirectedTo: "https://[secret]/v2/" };
    expect(nextOf(message, masked)).toMatchObject({ request: { url: `${API}/v1/jobs/9` } });
  });

  it("is asked for on every answer, also one that is asked again", () => {
    const until = { ...UNTIL, next: "headers.location" };
    for (const status of [202, 429, 503]) {
      const moved = nextOf({ ...message, until }, response(status, { location: "/8" }));
      expect(moved.request).toEqual({ url: `${API}/8` });
    }
  });

  it.each(["ftp://a", "http://api.example/", 7])("has failed when it leads to %j", (next) => {
    for (const named of [{ next }, { result: next }]) {
      expect(endOf(message, answer(named))).toMatchObject({
        status: "failed",
        error: { name: "ForbiddenNextError" },
        response: { status: 200 },
      });
    }
  });

  it("has ended all the same when its last answer leads nowhere", () => {
    const next = "ftp://a";
    expect(endOf(message, answer({ done: true, next }))).toMatchObject({ status: "succeeded" });
    expect(endOf(message, answer({ failed: true, next }))).toMatchObject({
      error: { name: "FailureMatched" },
    });
  });

  it("that ends on its way is exhausted or expired as any other", () => {
    const next = answer({ next: "8" });
    expect(endOf({ ...message, maxRetries: 0 }, next)).toMatchObject({ status: "exhausted" });
    const expiresAt = "2026-01-01T00:00:01Z";
    expect(endOf({ ...message, expiresAt }, next)).toMatchObject({ status: "expired" });
  });
});

describe("a poll that succeeds", () => {
  it("asks for its result at once, whatever its limits", () => {
    const limits = {
      maxRetries: 3,
      retryCount: 3,
      expiresAt: "2026-01-01T00:00:01Z",
      errorCount: 2,
    };
    expect(after({ ...message, ...limits }, answer({ done: true, result: "7/r" }))).toEqual({
      kind: "pending",
      delaySeconds: 0,
      usesNoRetry: true,
      waitReason: "next-step",
      body: {
        ...message,
        maxRetries: 3,
        retryCount: 3,
        expiresAt: limits.expiresAt,
        request: { url: `${API}/v1/jobs/7/r` },
        origin: API,
        step: "result",
      },
    });
  });

  it("asks for the result that was named last", () => {
    const first = nextOf(message, answer({ result: "/r1" }));
    expect(first).toEqual({ ...message, fetch: { url: `${API}/r1` } });
    const second = nextOf(first, answer({ result: { url: "/r2", method: "POST", body: [1] } }));
    expect(nextOf(second, answer({ done: true })).request).toEqual({
      url: `${API}/r2`,
      method: "POST",
      body: [1],
    });
    expect(nextOf(second, answer({ done: true }))).not.toHaveProperty("fetch");
  });

  it("has its result in the answer, when nothing else was named", () => {
    const until = { ...UNTIL, result: "body.value" };
    const outcome = endOf({ ...message, until }, answer({ done: true, value: 5 }));
    expect(outcome).toMatchObject({ status: "succeeded", result: 5 });
    expect(outcome).not.toHaveProperty("resultUrl");
  });

  it("has failed when its result must not be asked for", () => {
    expect(endOf(message, answer({ done: true, result: "s3://bucket/r" }))).toMatchObject({
      status: "failed",
      error: { name: "ForbiddenNextError", message: expect.stringContaining("until.fetch") },
    });
  });
});

describe("an expression that cannot be evaluated", () => {
  const until = { ...UNTIL, next: "join('/', ['jobs', body.id])" };

  it("changes nothing, and is told at the end", () => {
    expect(nextOf({ ...message, until }, answer({}))).toEqual({ ...message, until });
    expect(endOf({ ...message, until, maxRetries: 0 }, answer({}))).toMatchObject({
      status: "exhausted",
      error: { message: expect.stringContaining("until.next cannot be evaluated") },
    });
  });

  it("because the body cannot be read, changes nothing", () => {
    const pending = { ...until, pending: "status == `200`" };
    expect(nextOf({ ...message, until: pending }, tooLarge(200))).toMatchObject({
      request: { url },
    });
  });
});

describe("expressions", () => {
  it.each(["step == 'poll'", "request.method == 'GET'", `request.url == '${url}'`])(
    "see %s",
    (success) => {
      expect(endOf({ ...message, until: { success } }, answer({}))).toMatchObject({
        status: "succeeded",
      });
    },
  );

  it("see the path without the query", () => {
    const until = { success: "request.path == '/v1/jobs/7'" };
    expect(endOf({ request: { url: `${url}?a=b` }, until }, answer({}))).toMatchObject({
      status: "succeeded",
    });
  });
});

describe("what the API says of its failure", () => {
  const until = { ...UNTIL, error: "body.problem" };

  it.each([
    ["a failure that matched", answer({ failed: true, problem: "p" }), "FailureMatched"],
    ["a status", response(404, {}, { problem: "p" }), "HttpStatusError"],
    ["too many errors in a row", response(500, {}, { problem: "p" }), "HttpStatusError"],
  ])("stands in the outcome: %s", (_, last, name) => {
    expect(endOf({ ...message, until, maxErrors: 0 }, last)).toMatchObject({
      status: "failed",
      error: { name, reason: "p" },
    });
  });

  it.each([null, ""])("is left out when it is %j", (problem) => {
    const { error } = endOf({ ...message, until }, answer({ failed: true, problem }));
    expect(error).not.toHaveProperty("reason");
  });
});

describe("a request that starts a job each time it is sent", () => {
  const posted = { request: { url, method: "POST" }, maxRetries: 0 };
  const accepted = response(202, { location: "/v1/jobs/8" });
  const errorOf = (message: object) => endOf(message, accepted).error;
  const hint = expect.stringContaining("did you mean start instead of request");

  it("is told to its sender", () => {
    expect(errorOf(posted)).toHaveProperty("message", hint);
    expect(errorOf({ ...posted, until: { success: "body.done" } })).toHaveProperty("message", hint);
  });

  it("is not suspected without reason", () => {
    expect(errorOf({ ...posted, request: { url } })).not.toHaveProperty("message", hint);
    expect(errorOf({ ...posted, origin: API })).not.toHaveProperty("message", hint);
    expect(errorOf({ ...posted, until: "http-async" })).not.toHaveProperty("message", hint);
    expect(endOf(posted, response(202)).error).not.toHaveProperty("message", hint);
  });
});
