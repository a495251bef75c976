import { describe, expect, it } from "vitest";
import { afterRequest } from "../../../lib/poll/step.ts";
import { oddBody } from "../../../lib/verdict/oddities.ts";
import { pollMessage } from "../../support/poll-message.ts";

const NOW = Date.UTC(2026, 0, 1);
const JSON_TYPE = { "content-type": "application/json" };

/** The outcome of a poll after its last request. */
function lastWords(
  until: object,
  body: unknown,
  {
    headers = JSON_TYPE,
    ...fields
  }: { headers?: Record<string, string>; expiresAt?: string; maxRetries?: number } = {},
) {
  const poll = {
    message: pollMessage({ until, maxRetries: 0, ...fields }),
    pollId: "p",
    startedAt: NOW,
  };
  const answer = { kind: "response" as const, response: { status: 200, headers, body } };
  const result = afterRequest(poll, answer, NOW, () => 0.5);
  if (result.kind !== "completed") return expect.unreachable(result.kind);
  return result.outcome as { status: string; error: { name: string; message: string } };
}

describe("the outcome of a poll that never matched says what was odd", () => {
  it.each([
    [
      "the body was a text of type text/html and not JSON",
      "body.state == 'done'",
      "<html>",
      "text/html; charset=x",
    ],
    [
      "the body was a text of type text/plain and not JSON",
      "body[0].state == 'x'",
      "a,b",
      "TEXT/Plain",
    ],
    ["the body was a text and not JSON", "length(body.items) > `0`", "a,b", "%%%"],
    ["the response had no body", "body.done", "", "application/json"],
    ["until.success compared a text by < or >, which gives null", "body.v > '1.2'", { v: "1.3" }],
    ["until.success compared a text by < or >", "body.a >= body.b", { a: "7", b: "8" }],
    [
      "until.success compared a text by < or >",
      "body.items[?at < '2026'] | [0]",
      { items: [{ at: "2025" }] },
    ],
    ["until.success compared null", "body.stat == 'done'", { state: "done" }],
    ["until.success compared values of different types", "body.done == 'true'", { done: true }],
    ["until.success compared values of different types", "body.n == `100`", { n: "100" }],
    ["until.success compared values of different types", "body.state == 'x'", { state: ["x"] }],
    ["until.success compared texts that differ only in case", "body.s == 'done'", { s: "DONE" }],
    [
      "until.success compared texts that differ only in case",
      "body.items[?s == 'Ok'] | [0].id",
      { items: [{ s: "no" }, { s: "OK" }] },
    ],
    ["until.success gave null", "body.finished", { done: true }],
    ["until.success cannot be evaluated: ", "length(body.n) > `0`", { n: 7 }],
  ])("%s: %s", (words, success, body, type = "application/json") => {
    const { status, error } = lastWords({ success }, body, { headers: { "content-type": type } });
    expect(status).toBe("exhausted");
    expect(error.message).toContain(words);
    expect(error.message.length).toBeLessThan(500);
  });

  it("names every acceptor that compared texts by < or >", () => {
    const until = { success: "body.a > body.b", failure: "body.b < `7`", pending: "body.c > `0`" };
    const { error } = lastWords(until, { a: "x", b: "y" });
    expect(error.message).toMatch(
      /until\.failure compared a text.*; until\.success compared a text/,
    );
    expect(error.message).not.toContain("until.pending");
  });

  it("does so when the poll expires, too", () => {
    const { status, error } = lastWords({ success: "body.done" }, "<html>", {
      headers: { "content-type": "text/html" },
      expiresAt: new Date(NOW + 1000).toISOString(),
      maxRetries: 5,
    });
    expect(status).toBe("expired");
    expect(error).toMatchObject({
      name: "PollExpired",
      message: expect.stringMatching(/passed before it was done; the body was a text of type text/),
    });
  });
});

describe("the outcome of a poll that is simply not done says nothing more", () => {
  it.each([
    ["body.state == 'done'", { state: "running" }],
    ["body.done", { done: false }],
    ["body.progress >= `100`", { progress: 50 }],
    ["length(body.items[?state != 'done']) == `0`", { items: [{ state: "open" }] }],
    ["body == 'DONE'", "RUNNING"],
    ["body.n == `1` && body.done", { n: 1.0, done: false }],
    ["body.a == body.b && body.s != 'Open'", { a: "x", b: "x", s: "Open" }],
    ["body.error == `null` && body.done", { done: false }],
  ])("%s", (success, body) => {
    expect(lastWords({ success, failure: "body.error.code == 'x'" }, body).error).toEqual({
      name: "RetriesExhausted",
      message: "still pending after 0 retries",
    });
  });

  it("nor does one after until.pending matched", () => {
    const until = { pending: "body.busy", success: "body.done" };
    expect(lastWords(until, { busy: true }).error.message).toBe("still pending after 0 retries");
  });
});

it("an oddity quotes nothing of a response", () => {
  const secret = "s3cr3t";
  const headers = { "content-type": `${secret}; text/html` };
  for (const success of ["body.a > body.b", "body.x == 'y'", "abs(body.a) > `0`", "body.none"]) {
    for (const body of [secret, { a: secret, b: secret, x: secret }]) {
      expect(JSON.stringify(lastWords({ success }, body, { headers }).error)).not.toContain(secret);
    }
  }
});

it("bytes are not called a text", () => {
  const headers = { "content-type": "image/png" };
  expect(oddBody({ status: 200, headers, body: "AP8=", bodyEncoding: "base64" })).toEqual([
    "the body was bytes of type image/png and not JSON",
  ]);
});
