import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";
import { NOW, poll, response, tried, UNTIL, URL } from "./tried.ts";

const lines = async (message: object, answer: HttpAnswer) => {
  const { explanation } = await tried(message, answer);
  const { verdict, because, comesNext } = explanation;
  return [verdict, because, comesNext];
};

describe("an explanation says why, and what comes next", () => {
  it.each([
    [
      poll(),
      response(200, { s: "run" }),
      [
        "pending",
        "until.pending matched",
        `GET ${URL} is asked again in 30 s (delaySeconds; retry 1 of 60)`,
      ],
    ],
    [
      poll({ retryCount: 2, backoff: { rate: 2 } }),
      response(200, { s: "new" }),
      [
        "pending",
        "no expression matched: a 2xx is then pending",
        `GET ${URL} is asked again in 60 to 120 s (delaySeconds 30, backoff 2, jitter equal; retry 3 of 60)`,
      ],
    ],
    [
      poll(),
      response(200, { s: "ok" }),
      ["success", "until.success matched", "the poll ends as succeeded"],
    ],
    [
      poll(),
      response(200, { s: "bad" }),
      ["failure", "until.failure matched", "the poll ends as failed: until.failure matched"],
    ],
    [
      poll(),
      response(404),
      [
        "failure",
        "no expression matched: the status 404 decides: the server answered 404",
        "the poll ends as failed: the server answered 404",
      ],
    ],
    [
      poll({ until: "http" }),
      response(429, "", { "retry-after": "120" }),
      [
        "pending",
        "the status 429 decides",
        `GET ${URL} is asked again in 120 s (as the server asks; retry 1 of 60)`,
      ],
    ],
    [
      poll({ delaySeconds: 300 }),
      response(202, { s: "run" }, { "retry-after": "120" }),
      [
        "pending",
        "until.pending matched",
        `GET ${URL} is asked again in 300 s (delaySeconds; the server asks for 120 s; retry 1 of 60)`,
      ],
    ],
    [
      poll({ errorCount: 3 }),
      response(500),
      [
        "transient",
        "no expression matched: the status 500 decides: the server answered 500",
        `GET ${URL} is asked again in 30 s (delaySeconds; retry 1 of 60; error 4 in a row, 10 are borne)`,
      ],
    ],
    [
      poll({ retryCount: 60 }),
      response(200, { s: "run" }),
      [
        "pending",
        "until.pending matched",
        "the poll ends as exhausted: still pending after 60 retries",
      ],
    ],
    [
      poll({ expiresAt: new Date(NOW + 20_000).toISOString() }),
      response(200, { s: "run" }),
      [
        "pending",
        "until.pending matched",
        `GET ${URL} is asked again in 18 s (the last request before expiresAt; retry 1 of 60)`,
      ],
    ],
    [
      poll({ until: { ...UNTIL, next: "body.at" } }),
      response(200, { at: "/at/2?sig=abc" }),
      [
        "pending",
        "no expression matched: a 2xx is then pending",
        "GET https://api.example.com/at/2?sig=… is polled from now on, in 30 s (delaySeconds; retry 1 of 60)",
      ],
    ],
    [
      poll({ until: { ...UNTIL, next: "body.at" } }),
      response(200, { at: "ftp://x" }),
      [
        "pending",
        "no expression matched: a 2xx is then pending",
        "the poll ends as failed: until.next gave what must be an http or https URL",
      ],
    ],
    [
      poll({ until: { ...UNTIL, fetch: "body.at" } }),
      response(200, { s: "ok", at: "/r" }),
      [
        "success",
        "until.success matched",
        "its result is asked for: GET https://api.example.com/r at once",
      ],
    ],
    [
      poll({ step: "result" }),
      response(200, { s: "bad" }),
      ["success", "a 2xx is the result", "the poll ends as succeeded"],
    ],
    [
      poll(),
      { kind: "transient", error: { name: "E", message: "connection refused" } },
      [
        "transient",
        "there is no answer to judge: connection refused",
        `GET ${URL} is asked again in 30 s (delaySeconds; retry 1 of 60; error 1 in a row, 10 are borne)`,
      ],
    ],
    [
      poll(),
      { kind: "refused", error: { name: "E", message: "a private address" } },
      [
        "failure",
        "there is no answer to judge: a private address",
        "the poll ends as failed: a private address",
      ],
    ],
    [
      { start: { url: URL, idempotent: true }, until: "http-async" },
      response(202, "", { location: "/jobs/7" }),
      [
        "pending",
        "no expression matched: a 2xx is then pending",
        "the job has been started; GET https://api.example.com/jobs/7 is polled in 30 s (delaySeconds; retry 1 of 60)",
      ],
    ],
    [
      { start: { url: URL, idempotent: true }, until: { ...UNTIL, next: "body.at" } },
      response(200, {}),
      [
        "success",
        "no expression matched, and the answer names nothing to poll: the job is done",
        "the poll ends as succeeded",
      ],
    ],
    [
      { start: { url: URL, idempotent: true }, until: UNTIL },
      response(503),
      [
        "transient",
        "no expression matched: the status 503 decides: the server answered 503",
        `the start POST ${URL} is sent again in 30 s (delaySeconds; retry 1 of 60; error 1 in a row, 10 are borne)`,
      ],
    ],
  ])("%j, answered by %j", async (message, answer, expected) => {
    expect(await lines(message, answer as HttpAnswer)).toEqual(expected);
  });

  it("says what the answer names, and what its result and reason would be", async () => {
    const until = { ...UNTIL, next: "body.n", fetch: "body.f", result: "body.r", error: "body.e" };
    const body = {
      s: "bad",
      n: "/n",
      f: { url: "/f", method: "POST", body: { id: 7 } },
      r: [1],
      e: "why",
    };
    const { explanation } = await tried(poll({ until }), response(200, body));
    expect(explanation).toMatchObject({
      next: { method: "GET", url: "https://api.example.com/n" },
      fetch: { method: "POST", url: "https://api.example.com/f", body: '{"id":7}' },
      matched: [{ field: "until.failure", expression: "body.s == 'bad'", value: "true" }],
      outcome: { status: "failed", result: "[1]", error: { reason: '"why"' } },
    });
    expect(
      explanation.evaluated.map(({ field, isAsked, value }) => [field, isAsked, value]),
    ).toEqual([
      ["until.next", true, '"/n"'],
      ["until.fetch", true, '{"url":"/f","method":"POST","body":{"id":7}}'],
      ["until.pending", true, "false"],
      ["until.failure", true, "true"],
      ["until.result", true, "[1]"],
      ["until.error", true, '"why"'],
      ["until.success", false, "false"],
    ]);
  });

  it("asks for a body that could not be read, and says so", async () => {
    const error = { name: "TooLarge", message: "the body is too large" };
    const answer = {
      kind: "unreadable",
      response: { status: 200, headers: {} },
      error,
      mayChange: false,
    } as const;
    const { explanation } = await tried(poll(), answer);
    expect(explanation.verdict).toBe("failure");
    expect(explanation.because).toBe("no expression could decide: the body is too large");
    expect(explanation.evaluated[0]?.error).toContain("could not be read");
  });
});
