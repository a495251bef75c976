import fc from "fast-check";
import { expect, it } from "vitest";
import type { HttpAnswer } from "../../../../lib/http/http-request.ts";
import { type JsonObject, toJson } from "../../../../lib/json/json.ts";
import { MAX_JSON_VALUES, MAX_MESSAGE_BYTES } from "../../../../lib/limits.ts";
import { nextPollMessage } from "../../../../lib/poll/message/next.ts";
import { parsePollMessage } from "../../../../lib/poll/message/parse.ts";
import { requestToSend } from "../../../../lib/poll/request-to-send.ts";
import { planRequeue } from "../../../../lib/poll/requeue.ts";
import { afterRequest } from "../../../../lib/poll/step.ts";
import { PRESETS } from "../../../../lib/presets/presets.ts";
import { sqsRecord } from "../../../kit/records.ts";
import { anyPath, anyText, anyUrl } from "../../../support/any-text.ts";
import { API, NOW, response } from "./poll-steps.ts";

const OWN = {
  success: "body.done",
  failure: "body.failed",
  next: "body.next || headers.location",
  fetch: "body.fetch",
  result: "body",
  error: "body",
};

const reference = fc.oneof(
  anyUrl,
  anyPath,
  anyText(),
  fc.constantFrom("", "..", "?", "//", "7", "http://api.example/", "file:///etc/passwd"),
  fc.nat({ max: 5000 }).map((length) => `/${"é".repeat(length)}`),
);
const named = fc.oneof(
  reference,
  fc.record({ url: reference, method: fc.constantFrom("GET", "POST", "DELETE", "TRACE", null) }),
  fc.record({ url: reference, body: fc.jsonValue({ maxDepth: 40 }) }),
  fc
    .nat({ max: 9000 })
    .map((length) => ({ url: "/", body: `"\u0001${"\u{1F600}".repeat(length)}` })),
  fc.jsonValue(),
);
const body = fc.oneof(
  fc.record(
    { done: fc.boolean(), failed: fc.boolean(), next: named, fetch: named, id: fc.jsonValue() },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
  fc.string(),
);
const status = fc.oneof(
  fc.constantFrom(200, 201, 202, 204, 207, 303, 404, 408, 425, 429, 500, 503),
  fc.integer({ min: 200, max: 599 }),
);
const headers = fc.record(
  { location: reference, "retry-after": fc.constantFrom("0", "9", "x") },
  { requiredKeys: [] },
);
const head = fc.record({ status, headers });
const error = fc.constant({ name: "E", message: "m" });
const answer: fc.Arbitrary<HttpAnswer> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(head, body)
      .map(([of, content]) => response(of.status, of.headers, content)),
  },
  fc.record({
    kind: fc.constant("unreadable" as const),
    response: head,
    error,
    mayChange: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("transient" as const), error }),
  fc.record({ kind: fc.constant("transient" as const), error, response: head }),
  fc.record({ kind: fc.constant("transient" as const), error, neverSent: fc.constant(true) }),
  fc.record({ kind: fc.constantFrom("refused" as const, "unfinished" as const), error }),
  fc.constant({ kind: "aborted" as const }),
);
const until = fc.constantFrom<unknown>("http", OWN, ...Object.keys(PRESETS));
const method = fc.constantFrom<string>("GET", "POST", "PUT");
const submission = fc.record({
  first: fc.constantFrom("start", "request"),
  until,
  method,
  maxRetries: fc.nat({ max: 5 }),
  maxErrors: fc.nat({ max: 5 }),
});

function submitted({ first, method, ...message }: Submission, context: unknown): string {
  const request = { url: `${API}/v1/jobs`, method, headers: { "x-tenant": "t" }, body: { a: 1 } };
  return toJson({ ...message, [first]: request, context });
}
type Submission = typeof submission extends fc.Arbitrary<infer Value> ? Value : never;

const next = nextPollMessage();

/** What the poller does with a message and the answer to its request: its next message, or its outcome. */
function stepOf(text: string, answered: HttpAnswer): { text: string } | { outcome: JsonObject } {
  const record = sqsRecord({ body: text });
  const message = parsePollMessage(text);
  requestToSend(message);
  const poll = { message, pollId: "p", startedAt: NOW };
  const result = afterRequest(poll, answered, NOW, () => 0.5);
  if (result.kind === "completed") return { outcome: result.outcome ?? {} };
  const requeue = planRequeue(record, result, NOW, NOW, next);
  return requeue.kind === "send" ? { text: requeue.message.body } : { outcome: requeue.outcome };
}

/** Whether it is certain that a start with this answer has started nothing. */
function startedNothing(answered: HttpAnswer): boolean {
  if (answered.kind === "aborted" || answered.kind === "unfinished") return true;
  if (answered.kind === "refused") return true;
  if (answered.kind === "transient" && answered.neverSent) return true;
  if (answered.response === undefined) return false;
  const { status, headers } = answered.response;
  return (
    status === 429 ||
    status === 425 ||
    ([403, 413, 503].includes(status) && "retry-after" in headers)
  );
}

it("no answers make a message that the poller refuses, or start a job twice", () => {
  fc.assert(
    fc.property(submission, fc.array(answer, { maxLength: 6 }), (message, answers) => {
      let text = submitted(message, "c");
      let mayHaveStarted = false;
      for (const answered of answers) {
        if (parsePollMessage(text).step === "start") {
          expect(mayHaveStarted).toBe(false);
          mayHaveStarted = !startedNothing(answered);
        }
        const step = stepOf(text, answered);
        if ("outcome" in step) {
          expect(["succeeded", "failed", "exhausted"]).toContain(step.outcome.status);
          return;
        }
        text = step.text;
      }
      parsePollMessage(text);
    }),
    { numRuns: 1000 },
  );
});

it("the largest message that is accepted never becomes one that is refused", () => {
  const url = `/${"x".repeat(4000)}`;
  const largest = { url, method: "DELETE", body: "y".repeat(4000) };
  const answers = [
    response(200, {}, { next: largest, fetch: largest }),
    response(500),
    response(200, {}, { next: { ...largest, url: `https://${"o.".repeat(120)}example/` } }),
    response(200, {}, { done: true }),
    response(500),
  ];
  for (const first of ["start", "request"] as const) {
    const message = { first, until: OWN, method: "POST", maxRetries: 5, maxErrors: 5 };
    const empty = Buffer.byteLength(submitted(message, ""));
    const room = MAX_MESSAGE_BYTES - 1024 - 2 * 8192 - 512 - empty;
    expect(() => parsePollMessage(submitted(message, "x".repeat(room + 1)))).toThrow("at most");
    for (const context of ["x".repeat(room), Array(MAX_JSON_VALUES - 30).fill(0)]) {
      let text = submitted(message, context);
      parsePollMessage(text);
      for (const answered of answers) {
        const step = stepOf(text, answered);
        if ("outcome" in step) throw new Error(toJson({ ...step.outcome, context: 0 }));
        ({ text } = step);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      }
      expect(parsePollMessage(text).step).toBe("result");
    }
  }
});

it("a job that is done is not lost: its outcome says where the result is", () => {
  const last = fc.oneof(
    answer,
    head.map((of) => response(of.status, of.headers, "r")),
  );
  fc.assert(
    fc.property(fc.array(last, { minLength: 1, maxLength: 8 }), (answers) => {
      const message = {
        request: { url: `${API}/r` },
        until: OWN,
        step: "result",
        origin: API,
        maxRetries: 0,
        maxErrors: 2,
        expiresAt: "2020-01-01T00:00:00Z",
      };
      let text = toJson(message);
      for (const answered of answers) {
        const step = stepOf(text, answered);
        if ("outcome" in step) {
          expect(step.outcome).toMatchObject({ resultUrl: `${API}/r` });
          expect(["succeeded", "failed"]).toContain(step.outcome.status);
          return;
        }
        ({ text } = step);
        expect(parsePollMessage(text).step).toBe("result");
      }
    }),
  );
});

it("a message without a start is asked as before, whatever its answers name", () => {
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 4 }), (answers) => {
      let text = submitted(
        { first: "request", until: "http", method: "GET", maxRetries: 5, maxErrors: 5 },
        "c",
      );
      const { request } = JSON.parse(text);
      for (const answered of answers) {
        const step = stepOf(text, answered);
        if ("outcome" in step) return;
        ({ text } = step);
        expect(JSON.parse(text).request).toEqual(request);
        expect(Object.keys(JSON.parse(text))).not.toContain("origin");
      }
    }),
  );
});
