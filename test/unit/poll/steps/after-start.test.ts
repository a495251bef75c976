import { describe, expect, it } from "vitest";
import { parseJsonExactly } from "../../../../lib/json/json.ts";
import {
  API,
  after,
  cutOff,
  endOf,
  error,
  nextOf,
  response,
  timedOut,
  tooLarge,
  unreachable,
} from "./poll-steps.ts";

const url = `${API}/v1/jobs`;
const headers = { "x-tenant": "t", "Content-Type": "application/json", "content-encoding": "gzip" };
const auth = { secret: "ssm:/key" };
const start = { url, headers, body: { big: "x" }, auth, timeoutMs: 5000, origins: [API] };
const BY_ID = { success: "body.done", next: "step == 'start' && body.id", error: "body.problem" };
const ACCEPTED = response(202, { location: "/v1/jobs/7" });

describe("a start that was answered", () => {
  it("becomes a poll of what next names, without the start and its body", () => {
    const context = { order: 7 };
    const message = { pollId: "p", start, until: "http-async", context, errorCount: 3 };
    expect(nextOf(message, ACCEPTED)).toEqual({
      pollId: "p",
      until: "http-async",
      context,
      request: {
        url: `${API}/v1/jobs/7`,
        headers: { "x-tenant": "t" },
        auth,
        timeoutMs: 5000,
        origins: [API],
      },
      origin: API,
    });
    expect(after(message, ACCEPTED)).toMatchObject({ kind: "pending", delaySeconds: 30 });
  });

  it("is polled by the method and body that next names", () => {
    const next = "{ url: request.url, method: 'POST', body: { id: body.id } }";
    const answer = response(200, {}, { id: 7 });
    const body = nextOf({ start, until: { ...BY_ID, next } }, answer);
    expect(body.request).toMatchObject({ url, method: "POST", body: { id: 7 } });
    expect(body.request).toHaveProperty("headers", { "x-tenant": "t" });
  });

  it("is polled by GET when next names the URL of the start", () => {
    const message = {
      start: { ...start, method: "PUT" },
      until: { ...BY_ID, next: "request.url" },
    };
    const { request } = nextOf(message, response(201, {}, {}));
    expect(request).toMatchObject({ url });
    expect(request).not.toHaveProperty("method");
    expect(request).not.toHaveProperty("body");
  });

  it("sends a text of next with the type that the start's body had", () => {
    const next = "{ url: request.url, method: 'POST', body: 'a=b' }";
    const body = nextOf({ start, until: { ...BY_ID, next } }, response(200, {}, {}));
    expect(body).toHaveProperty("request.headers", headers);
  });

  it.each(["GET", "HEAD"])(
    "by %s is polled by the same request, if it names no other",
    (method) => {
      const message = { start: { ...start, method, idempotent: false }, until: "http" };
      const body = nextOf(message, response(202));
      expect(body).not.toHaveProperty("start");
      expect(body).not.toHaveProperty("origin");
      const { idempotent: _, ...request } = { ...message.start };
      expect(body.request).toEqual(request);
    },
  );

  it("by GET is polled where it says, as FHIR does", () => {
    const answer = response(202, { "content-location": "https://api.example/status/1" });
    const message = { start: { url: `${API}/Patient/$export`, method: "GET" } };
    expect(nextOf({ ...message, until: "http-async" }, answer)).toMatchObject({
      request: { url: "https://api.example/status/1" },
    });
  });

  it("keeps what it names for the result", () => {
    const until = { ...BY_ID, fetch: "body.result" };
    const body = nextOf({ start, until }, response(200, {}, { id: "7", result: "7/result" }));
    expect(body.fetch).toEqual({ url: `${API}/v1/7/result` });
  });

  it("keeps the digits of an id", () => {
    const until = { ...BY_ID, next: "join('', ['get?id=', to_string(body.id)])" };
    const exact = response(200, {}, parseJsonExactly('{"id":9007199254740993}'));
    expect(nextOf({ start, until }, exact)).toMatchObject({
      request: { url: `${API}/v1/get?id=9007199254740993` },
    });
  });
});

describe("a start that the server has done at once", () => {
  it("has succeeded with that answer, when it leaves nothing to poll", () => {
    const until = { ...BY_ID, result: "body.value" };
    const answer = response(200, {}, { value: 5 });
    expect(endOf({ start, until }, answer)).toMatchObject({
      status: "succeeded",
      result: 5,
      response: { status: 200 },
    });
    expect(endOf({ start, until }, answer)).not.toHaveProperty("error");
  });

  it("says why nothing was polled, when next could not be evaluated", () => {
    const until = { success: "body.done", next: "join('/', ['jobs', body.id])" };
    expect(endOf({ start, until }, response(200, {}, {}))).toMatchObject({
      status: "succeeded",
      error: { name: "AcceptorError" },
    });
  });

  it("says so when its answer is not the JSON that should name what to poll", () => {
    const page = response(200, { "content-type": "text/html" }, "<html>Be right back</html>");
    expect(endOf({ start, until: BY_ID }, page)).toMatchObject({
      status: "succeeded",
      error: {
        name: "NothingToPollError",
        message: expect.stringMatching(/a text of type text\/html and not JSON$/),
      },
    });
    expect(endOf({ start, until: "ogc" }, page)).not.toHaveProperty("error");
  });

  it("fetches its result, if it names it", () => {
    const until = { ...BY_ID, fetch: "body.result" };
    const answer = response(200, {}, { done: true, result: "/r" });
    expect(after({ start, until, maxRetries: 0 }, answer)).toEqual({
      kind: "pending",
      delaySeconds: 0,
      usesNoRetry: true,
      waitReason: "next-step",
      body: {
        until,
        maxRetries: 0,
        step: "result",
        origin: API,
        request: {
          url: `${API}/r`,
          headers: { "x-tenant": "t" },
          auth,
          timeoutMs: 5000,
          origins: [API],
        },
      },
    });
  });

  it("says so when a 202 names nothing to poll", () => {
    for (const [until, hint] of [
      ["http", ': until "http-async" follows its Location'],
      [{ pending: "status == `202`", success: "body.done" }, ": until"],
    ] as const) {
      const { status, error } = endOf({ start, until }, ACCEPTED);
      expect(status).toBe("succeeded");
      expect(error).toMatchObject({ name: "NothingToPollError" });
      expect(error).toHaveProperty("message", expect.stringContaining(hint));
    }
  });
});

describe("a start that has failed", () => {
  it.each([
    ["a status", response(400, {}, { problem: "no" }), "HttpStatusError"],
    ["a redirect", response(303, { location: "/v1/jobs/7" }), "HttpStatusError"],
    ["a refused address", { kind: "refused", error: error("ForbiddenAddressError") }, "Forbidden"],
    ["a next that is forbidden", response(202, {}, { id: "ftp://a" }), "ForbiddenNextError"],
  ] as const)("by %s", (_, answer, name) => {
    const outcome = endOf({ start, until: BY_ID }, answer);
    expect(outcome).toMatchObject({ status: "failed" });
    expect(outcome).toHaveProperty("error.name", expect.stringContaining(name));
  });

  it("with the reason that the API gave", () => {
    expect(
      endOf({ start, until: BY_ID }, response(422, {}, { problem: { code: 7 } })),
    ).toMatchObject({
      error: { name: "HttpStatusError", reason: { code: 7 } },
    });
  });

  it("by a body that it could not read and needs to know what to poll", () => {
    expect(endOf({ start, until: BY_ID }, tooLarge(201, {}, true))).toMatchObject({
      status: "failed",
      error: { name: "UnreadableBodyError" },
    });
    const until = { ...BY_ID, pending: "status == `202`" };
    expect(endOf({ start, until }, tooLarge(202))).toMatchObject({ status: "failed" });
  });

  it("when it is pending by until.pending and names nothing to poll", () => {
    const until = { ...BY_ID, pending: "status == `409`" };
    expect(endOf({ start, until }, response(409))).toMatchObject({
      status: "failed",
      error: { name: "NothingToPollError" },
    });
  });
});

describe("a start whose body cannot be read goes on where its headers say", () => {
  it.each([
    ["too large", tooLarge(202, { location: "/v1/jobs/7" })],
    ["cut off", cutOff(202, { location: "/v1/jobs/7" })],
  ] as const)("%s", (_, answer) => {
    for (const until of ["http-async", { success: "body.done", next: "headers.location" }]) {
      expect(nextOf({ start, until }, answer)).toMatchObject({
        request: { url: `${API}/v1/jobs/7` },
      });
    }
  });
});

describe("a start that has started nothing is sent again", () => {
  it.each([
    ["a 429", response(429)],
    ["a 429 with a Location", response(429, { location: "/busy" })],
    ["a 503 with Retry-After", response(503, { "retry-after": "9" })],
    ["a 425", response(425)],
    ["a rate limit of GitHub", response(403, { "retry-after": "9" })],
    ["never sent", unreachable],
    ["redirected to a host without room", { kind: "unfinished", error: error("HostBusyError") }],
  ] as const)("%s", (_, answer) => {
    for (const until of ["http-async", { success: "body.done", next: "headers.location" }]) {
      expect(nextOf({ start, until }, answer)).toMatchObject({ start });
    }
  });

  it("only maxErrors times in a row when it cannot be sent", () => {
    expect(nextOf({ start, errorCount: 9 }, unreachable)).toMatchObject({ errorCount: 10 });
    expect(endOf({ start, errorCount: 10 }, unreachable)).toMatchObject({
      status: "failed",
      error: { message: "connect ECONNREFUSED" },
    });
  });

  it("without using a retry, when this machine could not send it", () => {
    expect(after({ start, maxRetries: 0 }, { kind: "aborted", delaySeconds: 5 })).toEqual({
      kind: "pending",
      delaySeconds: 5,
      usesNoRetry: true,
      body: { start, maxRetries: 0 },
    });
  });
});

describe("a start that may have started the job", () => {
  const UNKNOWN = [
    ["a timeout", timedOut],
    ["a reset", { kind: "transient", error: error("Error", "read ECONNRESET") }],
    ["a 408", response(408)],
    ["a 500", response(500, {}, { problem: "p" })],
    ["a 503 without Retry-After", response(503)],
    ["a 504", response(504)],
    ["a 529", response(529)],
    ["a 502 that cannot be read", tooLarge(502, {}, true)],
  ] as const;

  it.each(UNKNOWN)("is not sent again: %s", (_, answer) => {
    for (const until of ["http", "http-async", BY_ID]) {
      const outcome = endOf({ start, until }, answer);
      expect(outcome).toMatchObject({ status: "failed", error: { name: "StartUnknownError" } });
      expect("response" in outcome).toBe("response" in answer);
    }
  });

  it.each(UNKNOWN)("is sent again when it is idempotent: %s", (_, answer) => {
    const idempotent = { ...start, idempotent: true };
    expect(nextOf({ start: idempotent, until: BY_ID }, answer)).toMatchObject({
      start: idempotent,
      errorCount: 1,
    });
  });

  it("says what the API said", () => {
    expect(endOf({ start, until: BY_ID }, response(500, {}, { problem: "p" }))).toMatchObject({
      error: { message: expect.stringContaining("the server answered 500"), reason: "p" },
    });
  });

  it("is judged by the sender's own acceptors first", () => {
    const until = { ...BY_ID, failure: "status == `500`" };
    expect(endOf({ start, until }, response(500))).toMatchObject({
      error: { name: "FailureMatched" },
    });
  });
});
