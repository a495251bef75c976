import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NewerVersionError, parsePollMessage } from "../../../../lib/poll/message/parse.ts";
import { poisonReason, pollText } from "../../../support/poll-message.ts";

/** Part of every refused value: no reason may ever repeat it. */
const SECRET = "s3cr3t";
const url = `https://jobs.example/1?token=${SECRET}`;
const inRequest = (fields: object) => pollText({ request: { url, ...fields } });
const withHeader = (name: string, value: unknown) => inRequest({ headers: { [name]: value } });
const until = (fields: object) => pollText({ until: { success: "body.done", ...fields } });

const METHODS = "one of GET, HEAD, POST, PUT, PATCH, DELETE";
const EXPRESSIONS = "the name of a preset or an object of JMESPath expressions";
const VALUE = "a header value: visible Latin-1 characters, spaces and tabs, no line breaks";
const SETTABLE = "a header that a message may set";

describe("a body that is not a poll message", () => {
  it.each([
    ["not JSON", `{"request":${SECRET}`, "message body: is not valid JSON: at column 12"],
    ["nothing", "", "message body: is not valid JSON: at column 1"],
    ["a string", JSON.stringify(SECRET), "message body: must be a JSON object, got a string"],
    ["a number", "12.50", "message body: must be a JSON object, got a number"],
    ["null", "null", "message body: must be a JSON object, got null"],
    ["an array", `["${SECRET}"]`, "message body: must be a JSON object, got an array"],
    [
      "too deep",
      `{"context":${"[".repeat(64)}${"]".repeat(64)}}`,
      "message body: nests deeper than 64 levels",
    ],
    [
      "much too deep",
      `{"context":${"[".repeat(500_000)}`,
      "message body: nests deeper than 64 levels",
    ],
    [
      "without a request",
      `{"context":"${SECRET}"}`,
      "request: must be an object, or start must be one instead",
    ],
  ])("%s", (_, text, reason) => {
    expect(poisonReason(text)).toBe(reason);
  });
});

describe("the reason names a wrong field and what it must be", () => {
  it.each([
    ["request", pollText({ request: SECRET }), "must be an object"],
    ["request", pollText({ request: [SECRET] }), "must be an object"],
    ["request.url", pollText({ request: {} }), "must be an absolute http or https URL"],
    ["request.url", inRequest({ url: 7 }), "must be an absolute http or https URL"],
    ["request.url", inRequest({ url: "" }), "must be an absolute http or https URL"],
    ["request.url", inRequest({ url: `/${SECRET}` }), "must be an absolute http or https URL"],
    [
      "request.url",
      inRequest({ url: `https://${SECRET}:99999/` }),
      "must be an absolute http or https URL",
    ],
    ["request.url", inRequest({ url: `file:///${SECRET}` }), "must be an http or https URL"],
    ["request.url", inRequest({ url: `${SECRET}:pass` }), "must be an http or https URL"],
    ["request.url", inRequest({ url: `data:,${SECRET}` }), "must be an http or https URL"],
    [
      "request.url",
      inRequest({ url: `https://${SECRET}@a.example/` }),
      "must be a URL without user name and password",
    ],
    [
      "request.url",
      inRequest({ url: `https://u:${SECRET}@a.example/` }),
      "must be a URL without user name and password",
    ],
    [
      "request.url",
      inRequest({ url: `https://:${SECRET}@a.example/` }),
      "must be a URL without user name and password",
    ],
    ["request.method", inRequest({ method: "get" }), `must be ${METHODS}`],
    ["request.method", inRequest({ method: SECRET }), `must be ${METHODS}`],
    ["request.method", inRequest({ method: null }), `must be ${METHODS}`],
    [
      "request.headers",
      inRequest({ headers: SECRET }),
      "must be an object of header names and strings",
    ],
    [
      "request.headers",
      inRequest({ headers: [[SECRET]] }),
      "must be an object of header names and strings",
    ],
    ["request.headers.x-key", withHeader("x-key", 7), "must be a string"],
    ["request.headers.x-key", withHeader("x-key", `${SECRET}\r\nhost: a`), `must be ${VALUE}`],
    ["request.headers.x-key", withHeader("x-key", `${SECRET}\u0000`), `must be ${VALUE}`],
    ["request.headers.x-key", withHeader("x-key", `${SECRET}☃`), `must be ${VALUE}`],
    ["request.headers", withHeader("x key", SECRET), "must be named by an HTTP token"],
    ["request.headers", inRequest({ headers: { "": SECRET } }), "must be named by an HTTP token"],
    ["request.headers.Host", withHeader("Host", SECRET), `must be ${SETTABLE}`],
    ["request.headers.Content-Length", withHeader("Content-Length", "1"), `must be ${SETTABLE}`],
    [
      "request.headers.transfer-encoding",
      withHeader("transfer-encoding", "chunked"),
      `must be ${SETTABLE}`,
    ],
    ["request.headers.Connection", withHeader("Connection", SECRET), `must be ${SETTABLE}`],
    ["request.headers.upgrade", withHeader("upgrade", SECRET), `must be ${SETTABLE}`],
    ["request.headers.expect", withHeader("expect", "100-continue"), `must be ${SETTABLE}`],
    ["pollId", pollText({ pollId: 7 }), "must be a string"],
    ["pollId", pollText({ pollId: "" }), "must be 1 to 128 of"],
    ["pollId", pollText({ pollId: `${SECRET} ` }), "must be 1 to 128 of"],
    ["pollId", pollText({ pollId: "a".repeat(129) }), "must be 1 to 128 of"],
    ["until", pollText({ until: SECRET }), "must be the name of a preset"],
    ["until.preset", pollText({ until: { preset: SECRET } }), "must be the name of a preset"],
    ["until.next", until({ next: 7 }), "must be a JMESPath expression, as a string"],
    ["until", pollText({ until: null }), `must be ${EXPRESSIONS}`],
    ["until", pollText({ until: ["http"] }), `must be ${EXPRESSIONS}`],
    [
      "until.success",
      pollText({ until: {} }),
      `must be a JMESPath expression, as a string: it is required where there is no preset`,
    ],
    ["until.failure", until({ failure: 7 }), "must be a JMESPath expression, as a string"],
    ["until.pending", until({ pending: "" }), "must be a JMESPath expression, not an empty string"],
    ["until.result", until({ result: null }), "must be a JMESPath expression, as a string"],
    ["request", pollText({ start: { url } }), "must be left out beside start"],
    ["start.url", JSON.stringify({ start: {} }), "must be an absolute http or https URL"],
    ["start.idempotent", pollText({ start: { url, idempotent: 1 } }), "must be true or false"],
    ["request.origins", inRequest({ origins: url }), "must be a list of at most 16 origins"],
    ["request.origins.0", inRequest({ origins: [url] }), "must be an origin, like https://"],
    [
      "request.origins",
      inRequest({ origins: Array(17).fill("https://a.example") }),
      "must be a list of at most 16 origins",
    ],
    ["step", pollText({ step: SECRET }), 'must be "result"'],
    ["fetch.url", pollText({ fetch: { url: SECRET } }), "must be an absolute http or https URL"],
    ["origin", pollText({ origin: url }), "must be an origin, like https://"],
    ["backoff", pollText({ backoff: 2 }), "must be an object"],
    [
      "backoff.jitter",
      pollText({ backoff: { jitter: SECRET } }),
      "must be one of full, equal, none",
    ],
    ["expiresAt", pollText({ expiresAt: SECRET }), "must be an ISO 8601 time with its zone"],
    [
      "expiresAt",
      pollText({ expiresAt: 1_800_000_000_000 }),
      "must be an ISO 8601 time with its zone",
    ],
    [
      "expiresAt",
      pollText({ expiresAt: "2026-02-28T10:00:00" }),
      "must be an ISO 8601 time with its zone",
    ],
    [
      "expiresAt",
      pollText({ expiresAt: "2026-02-30T10:00:00Z" }),
      "must be an ISO 8601 time with its zone",
    ],
    ["copyId", pollText({ copyId: SECRET.repeat(30) }), "must be at most 128 characters"],
    ["retryCount", pollText({ retryCount: 61 }), "must be at most maxRetries, 60"],
    ["retryCount", pollText({ retryCount: 1, maxRetries: 0 }), "must be at most maxRetries, 0"],
  ])("%s: %s", (field, text, expected) => {
    const reason = poisonReason(text);
    expect(reason?.startsWith(`${field}: ${expected}`), reason).toBe(true);
    expect(reason).not.toContain(SECRET);
  });

  it("the reason names every wrong field, not only the first", () => {
    const reason = poisonReason(
      pollText({ maxRetries: -1, backoff: { rate: 0 }, dealySeconds: 1 }),
    );
    expect(reason?.split("; ").map((problem) => problem.split(":")[0])).toEqual(
      expect.arrayContaining(["maxRetries", "backoff.rate", "dealySeconds"]),
    );
  });
});

describe("a reason stays short", () => {
  it.each([
    [
      "ten thousand unknown fields",
      pollText(Object.fromEntries(Array(10_000).fill(0).entries())),
      "; and 9990 more",
    ],
    [
      "a header name of 500 KB",
      withHeader(" ".repeat(500_000), ""),
      "must be named by an HTTP token",
    ],
  ])("of %s", (_, text, expected) => {
    const reason = poisonReason(text);
    expect(reason).toContain(expected);
    expect(reason?.length).toBeLessThan(1000);
  });
});

describe("a mistake that breaks two rules", () => {
  it("is named once", () => {
    const origins = "https://api.example.com";
    expect(poisonReason(JSON.stringify({ request: { url: origins, origins } }))).toBe(
      "request.origins: must be a list of at most 16 origins",
    );
  });
});

describe("an unknown preset", () => {
  it("is named with the one that was probably meant", () => {
    expect(poisonReason(pollText({ until: "http-asinc" }))).toBe(
      "until: must be the name of a preset: did you mean http-async?",
    );
    expect(poisonReason(pollText({ until: "xyzxyz" }))).toBe(
      'until: must be the name of a preset: "request-poller presets" lists those of the package',
    );
    expect(poisonReason(pollText({ until: { preset: "htp" } }))).toBe(
      "until.preset: must be the name of a preset: did you mean http?",
    );
  });

  it("is no poison in a message that a newer version has requeued", () => {
    const text = pollText({ until: "of-next-year", copyId: "c", sequence: 1 });
    expect(() => parsePollMessage(text)).toThrow(NewerVersionError);
  });
});

describe("the reason names an unknown field", () => {
  it.each([
    ["backoff.factor", pollText({ backoff: { factor: SECRET } })],
    ["__proto__", `{"__proto__":{"a":"${SECRET}"},"request":{"url":"http://a.example"}}`],
    ["request.__proto__", `{"request":{"url":"http://a.example","__proto__":"${SECRET}"}}`],
    ["constructor", pollText({ constructor: SECRET })],
    ["a".repeat(64), pollText({ ["a".repeat(5000)]: SECRET })],
  ])("%s", (field, text) => {
    expect(poisonReason(text)).toBe(`${field}: unknown field, must be left out`);
  });

  it.each([
    ["dealySeconds", "delaySeconds", pollText({ dealySeconds: SECRET })],
    ["max_retries", "maxRetries", pollText({ max_retries: SECRET })],
    ["maxRetry", "maxRetries", pollText({ maxRetry: SECRET })],
    ["retries", "maxRetries", pollText({ retries: SECRET })],
    ["request.timeout", "request.timeoutMs", inRequest({ timeout: SECRET })],
    ["request.header", "request.headers", inRequest({ header: SECRET })],
    ["request.maxRetries", "maxRetries", inRequest({ maxRetries: SECRET })],
    ["request.auth.sceret", "request.auth.secret", inRequest({ auth: { sceret: SECRET } })],
    ["until.sucess", "until.success", until({ sucess: SECRET })],
    ["backoff.maxDelay", "backoff.maxDelaySeconds", pollText({ backoff: { maxDelay: SECRET } })],
    ["url", "request.url", pollText({ url: SECRET })],
    ["id", "pollId", pollText({ id: SECRET })],
    ["failure", "until.failure", pollText({ failure: SECRET })],
  ])("%s: did you mean %s?", (field, meant, text) => {
    expect(poisonReason(text)).toContain(
      `${field}: unknown field, must be left out: did you mean ${meant}?`,
    );
  });
});

it("any text is either a poll message or poison; parsing throws no other error", () => {
  const members = fc.dictionary(
    fc.constantFrom("request", "until", "backoff", "context"),
    fc.json(),
  );
  const anyText = fc.oneof(
    fc.string(),
    fc.json(),
    members.map((of) => JSON.stringify(of)),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      expect(poisonReason(text) ?? "a: must").toMatch(/^.+?: (must|is|nests|unknown)/s);
    }),
  );
});
