import { describe, expect, it } from "vitest";
import {
  type MessageOptions,
  messageFromOptions,
} from "../../../infra/cli/poll/message-from-options.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { judge } from "../../../lib/verdict/judge.ts";
import { POLL_FACTS } from "../../support/poll-facts.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const URL_ASKED = "https://example.com/jobs/1";

const textOf = (options: MessageOptions, url: string | undefined = URL_ASKED) =>
  messageFromOptions("poll-1", options.start === undefined ? url : undefined, options, NOW);
const messageOf = (options: MessageOptions) => JSON.parse(textOf(options));
const problemOf = (options: MessageOptions, url?: string): unknown => {
  try {
    return textOf(options, url);
  } catch (error) {
    return error;
  }
};

describe("messageFromOptions", () => {
  it("needs only a URL, and leaves the defaults to the poller", () => {
    expect(messageOf({})).toEqual({
      pollId: "poll-1",
      request: { url: URL_ASKED, method: "GET", headers: {} },
    });
  });

  it("carries every option", () => {
    const options = {
      success: "body.done",
      failure: "body.failed",
      pending: "body.waiting",
      result: "body.url",
      headers: { accept: "text/plain", "x-time": "12:30" },
      method: "put",
      data: '{"a":1}',
      every: 90,
      maxRetries: "7",
      timeout: 600,
    };
    expect(messageOf(options)).toEqual({
      pollId: "poll-1",
      request: {
        url: URL_ASKED,
        method: "PUT",
        headers: { accept: "text/plain", "x-time": "12:30" },
        body: { a: 1 },
      },
      until: {
        success: "body.done",
        failure: "body.failed",
        pending: "body.waiting",
        result: "body.url",
      },
      delaySeconds: 90,
      maxRetries: 7,
      expiresAt: "2030-01-01T00:10:00.000Z",
    });
  });

  it("names a preset, and says what replaces its expressions", () => {
    expect(messageOf({ until: "replicate" }).until).toBe("replicate");
    expect(messageOf({ until: "replicate", result: "body.output[0]" }).until).toEqual({
      preset: "replicate",
      result: "body.output[0]",
    });
    expect(messageOf({ success: "body.done", next: "body.url", fetch: "body.file" }).until).toEqual(
      {
        success: "body.done",
        next: "body.url",
        fetch: "body.file",
      },
    );
  });

  it("starts a job instead of polling a URL", () => {
    const start = "https://example.com/jobs";
    const options = { start, data: '{"a":1}', headers: { accept: "*/*" }, until: "http-async" };
    expect(messageOf(options)).toEqual({
      pollId: "poll-1",
      start: { url: start, method: "POST", headers: { accept: "*/*" }, body: { a: 1 } },
      until: "http-async",
    });
    expect(messageOf({ start, method: "put" }).start.method).toBe("PUT");
  });

  it("needs either a URL or a start", () => {
    const both = () => messageFromOptions("1", URL_ASKED, { start: URL_ASKED }, NOW);
    const none = () => messageFromOptions("1", undefined, {}, NOW);
    for (const wrong of [both, none]) expect(wrong).toThrow("give the URL to poll, or --start");
  });

  it("uses POST when there is data and no method", () => {
    expect(messageOf({ data: "[]" }).request.method).toBe("POST");
  });

  it("keeps the digits of the data's numbers", () => {
    expect(textOf({ data: '{"id":12345678901234567890.10}' })).toContain("12345678901234567890.10");
  });
});

describe("without --success", () => {
  const judged = (options: MessageOptions, status: number, body: unknown = {}) => {
    const { until } = parsePollMessage(textOf(options));
    return judge(until, { status, headers: {}, body }, POLL_FACTS).kind;
  };

  it.each([200, 201, 202, 203, 204, 205, 206, 404, 410, 425, 429, 500, 503])(
    "the status alone decides: %i",
    (status) => {
      expect(judged({ result: "body.url" }, status)).toBe(judged({}, status));
    },
  );

  it("--failure and --pending decide before the status", () => {
    expect(judged({ failure: "body.error" }, 200, { error: "no" })).toBe("failure");
    expect(judged({ pending: "body.busy" }, 200, { busy: true })).toBe("pending");
    expect(judged({ pending: "body.busy" }, 200, { busy: false })).toBe("success");
  });
});

describe("bad usage", () => {
  it.each<[MessageOptions, string, string?]>([
    [{}, "URL: request.url: must be an absolute http or https URL", "example.com"],
    [{}, "URL: request.url: must be an http or https URL", "file:///etc/passwd"],
    [{}, "http or https URL: begin it with https:// or http://", "localhost:8080/jobs/1"],
    [{}, "http or https URL: begin it with https:// or http://", "127.0.0.1:8080/jobs/1"],
    [{ success: "a[" }, "--success: until.success: must be a JMESPath expression"],
    [{ result: "nosuch(@)" }, "--result: until.result: must call JMESPath functions"],
    [{ every: 43_201 }, "--every: delaySeconds: must be a number from 0 to 43200"],
    [{ maxRetries: "many" }, "--max-retries: maxRetries: must be an integer"],
    [{ maxRetries: "1.5" }, "--max-retries: maxRetries: must be an integer"],
    [{ method: "BREW" }, "--method: request.method: must be one of GET"],
    [
      { headers: { host: "a" } },
      "--header: request.headers.host: must be a header that a message may set",
    ],
    [{ data: "{a:1}" }, "--data is not JSON: at column 2"],
    [
      { until: "replicat" },
      "--until: until: must be the name of a preset: did you mean replicate?",
    ],
    [{ until: "replicat", result: "body" }, "--until: until.preset: must be the name of a preset"],
    [{ start: "example.com" }, "--start: start.url: must be an absolute http or https URL"],
    [{ start: URL_ASKED, method: "BREW" }, "--method: start.method: must be one of GET"],
    [{ next: "a[", success: "body" }, "--next: until.next: must be a JMESPath expression"],
  ])("%j is refused by name", (options, expected, url) => {
    const problem = problemOf(options, url);
    expect(problem).toBeInstanceOf(UsageError);
    expect(problem).toMatchObject({ message: expect.stringContaining(expected) });
  });

  it("an error never quotes a header", () => {
    const problem = problemOf({ headers: { "x-key": "s3cret\u0000" } });
    expect(String(problem)).toContain("--header");
    expect(String(problem)).not.toContain("s3cret");
  });
});
