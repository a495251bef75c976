import { describe, expect, it } from "vitest";
import { destinationsIn } from "../../../../lib/poll/message/deliver.ts";
import { parsePollMessage } from "../../../../lib/poll/message/parse.ts";
import { poisonReason, pollMessage, pollText } from "../../../support/poll-message.ts";

const url = "https://jobs.example/1";
const inRequest = (fields: object) => pollText({ request: { url, ...fields } });

describe("defaults", () => {
  it("are those of the PollMessage table", () => {
    const { body, ...message } = parsePollMessage(`{"request":{"url":"${url}"}}`);
    expect(message).toStrictEqual({
      request: { url, method: "GET", headers: {}, timeoutMs: 10_000, origins: [] },
      step: "poll",
      isIdempotent: false,
      until: "http",
      maxRetries: 60,
      retryCount: 0,
      maxErrors: 10,
      errorCount: 0,
      delaySeconds: 30,
      backoff: { rate: 1, maxDelaySeconds: 900, jitter: "equal" },
      sequence: 0,
    });
    expect(body).toEqual({ request: { url } });
  });

  it("are those of a start", () => {
    const { request, step, isIdempotent } = parsePollMessage(`{"start":{"url":"${url}"}}`);
    expect(request).toEqual({ url, method: "POST", headers: {}, timeoutMs: 10_000, origins: [] });
    expect([step, isIdempotent]).toEqual(["start", false]);
  });

  it.each([
    { fields: { delaySeconds: 30 }, maxDelaySeconds: 900 },
    { fields: { delaySeconds: 900 }, maxDelaySeconds: 900 },
    { fields: { delaySeconds: 7200 }, maxDelaySeconds: 7200 },
    { fields: { delaySeconds: 7200, backoff: { rate: 2 } }, maxDelaySeconds: 7200 },
    { fields: { delaySeconds: 7200, backoff: { maxDelaySeconds: 60 } }, maxDelaySeconds: 60 },
  ])("$fields: delays grow to $maxDelaySeconds s", ({ fields, maxDelaySeconds }) => {
    expect(pollMessage(fields).backoff.maxDelaySeconds).toBe(maxDelaySeconds);
  });
});

/** Fields with a range, which includes its limits. Integer fields take no fraction. */
const RANGES = [
  { field: "maxRetries", from: 0, to: 100_000, integer: true },
  { field: "retryCount", from: 0, to: 100_000, integer: true, beside: { maxRetries: 100_000 } },
  { field: "maxErrors", from: 0, to: 1000, integer: true },
  { field: "errorCount", from: 0, to: 1000, integer: true },
  { field: "delaySeconds", from: 0, to: 43_200, integer: false },
  { field: "notBefore", from: 0, to: 8_640_000_000_000_000, integer: true },
  { field: "dueAt", from: 0, to: 8_640_000_000_000_000, integer: true },
  { field: "startedAt", from: 0, to: 8_640_000_000_000_000, integer: true },
  { field: "sequence", from: 0, to: Number.MAX_SAFE_INTEGER, integer: true },
  { field: "backoff.rate", from: 1, to: 10, integer: false },
  { field: "backoff.maxDelaySeconds", from: 1, to: 43_200, integer: false },
  { field: "request.timeoutMs", from: 100, to: 60_000, integer: true },
];

describe.each(RANGES)("$field, $from to $to", ({ field, from, to, integer, beside = {} }) => {
  const at = (value: unknown) => {
    const [outer = "", inner] = field.split(".");
    const base = outer === "request" ? { url } : {};
    const placed =
      inner === undefined ? { [outer]: value } : { [outer]: { ...base, [inner]: value } };
    return pollText({ ...beside, ...placed });
  };
  const range = `must be ${integer ? "an integer" : "a number"} from ${from} to ${to}`;

  it("accepts its limits", () => {
    expect(poisonReason(at(from))).toBeUndefined();
    expect(poisonReason(at(to))).toBeUndefined();
  });

  it.each([from - 1, to + 2, -1, "7", null, true, [], {}])("refuses %j", (value) => {
    expect(poisonReason(at(value))).toContain(`${field}: ${range}`);
  });

  it(integer ? "refuses a fraction" : "accepts a fraction", () => {
    const reason = poisonReason(at(from + 0.5));
    expect(reason).toBe(integer ? `${field}: ${range}` : undefined);
  });
});

describe("valid fields", () => {
  it.each([
    [
      "method",
      ...["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].map((method) => inRequest({ method })),
    ],
    [
      "url",
      inRequest({ url: "http://[::1]:8080/a?b=c#d" }),
      inRequest({ url: "HTTPS://Jobs.Example" }),
    ],
    [
      "headers",
      inRequest({ headers: { "X-Api-Key": "k", accept: "", "a!#$%&'*+.^_`|~1": "é\t" } }),
    ],
    ["body", ...["text", "", 1, null, false, [1], { a: 1 }].map((body) => inRequest({ body }))],
    ["pollId", pollText({ pollId: "a" }), pollText({ pollId: "aZ09_-.:".repeat(16) })],
    ["until", pollText({ until: "http" }), pollText({ until: { success: "body.done" } })],
    ["jitter", ...["full", "equal", "none"].map((jitter) => pollText({ backoff: { jitter } }))],
    ["expiresAt", pollText({ expiresAt: "2026-02-28T23:59:59.123Z" })],
    ["expiresAt", pollText({ expiresAt: "2026-02-28T23:59:59+02:00" })],
    ["context", ...[null, 0, "", [], { any: ["thing"] }].map((context) => pollText({ context }))],
    ["copyId", pollText({ copyId: "c".repeat(128) })],
    [
      "a retryCount at maxRetries",
      pollText({ retryCount: 60 }),
      pollText({ retryCount: 0, maxRetries: 0 }),
    ],
  ])("%s", (_, ...texts) => {
    for (const text of texts) expect(poisonReason(text)).toBeUndefined();
  });

  it("expiresAt becomes epoch ms, with its time zone applied", () => {
    const { expiresAt } = pollMessage({ expiresAt: "2026-03-01T02:00:00+02:00" });
    expect(expiresAt).toBe(Date.UTC(2026, 2, 1));
  });

  it("context and request.body keep the digits of their numbers", () => {
    const digits = '{"id":12345678901234567890,"rate":1.0}';
    const text = `{"request":{"url":"${url}","body":${digits}},"context":${digits}}`;
    const message = parsePollMessage(text);
    expect(JSON.stringify(message.context)).toBe(digits);
    expect(JSON.stringify(message.request.body)).toBe(digits);
  });

  it.each(["null", "1.0", "[1.50]"])("context %s is kept as written", (context) => {
    const message = parsePollMessage(`{"request":{"url":"${url}"},"context":${context}}`);
    expect(JSON.stringify(message.context)).toBe(context);
  });

  it("numbers are accepted in any notation", () => {
    const text = `{"request":{"url":"${url}"},"retryCount":3.0,"maxRetries":1e2}`;
    expect(parsePollMessage(text)).toMatchObject({ retryCount: 3, maxRetries: 100 });
  });
});

describe("deliver", () => {
  it("names each destination once: a task accepts only one outcome", () => {
    const hook = { url: "https://hooks.example", secret: "ssm:/hook" };
    const again = { secret: hook.secret, url: hook.url };
    const deliver = [{ taskToken: "t" }, { webhook: hook }, { taskToken: "t" }, { webhook: again }];
    expect(destinationsIn({ deliver })).toEqual([{ taskToken: "t" }, { webhook: hook }]);
  });
});
