import { describe, expect, it } from "vitest";
import { abortRequest, hasAbort } from "../../../lib/poll/abort-request.ts";
import { pollBody, resultBody } from "../../../lib/poll/steps/next-message.ts";
import { poisonReason, pollMessage, pollText } from "../../support/poll-message.ts";

const auth = { secret: "ssm:/key", as: "bearer" };
const headers = { authorization: "Key k", "content-type": "text/xml" };
const request = { url: "https://api.example/jobs/1", headers, auth, timeoutMs: 700 };
const until = { success: "status == `200`", abort: "body.cancel" };
const abortOf = (fields: object) => abortRequest(pollMessage({ request, ...fields }));
const named = (url: string, more: object = {}) => ({ until, abortAt: { url, ...more } });

describe("the request that stops a job", () => {
  it("is the one of the message, a POST that is sent once", () => {
    const abort = { url: "https://api.example/jobs/1/cancel", headers: { a: "b" }, body: { x: 1 } };
    expect(abortOf({ abort })).toEqual({
      request: { ...abort, method: "POST", timeoutMs: 10_000, origins: [], isSentOnce: true },
      outOfScope: "refuse",
    });
    expect(abortOf({ abort: { ...abort, idempotent: true } })?.request).not.toHaveProperty(
      "isSentOnce",
    );
    expect(abortOf({ abort: { ...abort, idempotent: true } })?.request).not.toHaveProperty(
      "idempotent",
    );
  });

  it("is the one that a server has named, with the headers of the poll's own request", () => {
    expect(abortOf(named("https://api.example/stop"))).toEqual({
      request: {
        url: "https://api.example/stop",
        method: "POST",
        headers: { authorization: "Key k" },
        auth,
        timeoutMs: 700,
        origins: [],
        isSentOnce: true,
      },
      outOfScope: "without",
    });
  });

  it("has the method and the body that the server has named, else those of the message", () => {
    const abort = { method: "DELETE", body: "own", headers: { "content-type": "text/plain" } };
    const stop = "https://api.example/stop";
    expect(abortOf({ ...named(stop), abort })?.request).toMatchObject(abort);
    const put = { method: "PUT", body: { why: "cancelled" } };
    const { headers: told, ...asked } = abortOf({ ...named(stop, put), abort })?.request ?? {};
    expect(asked).toMatchObject(put);
    expect(told).toEqual({});
  });

  it.each([
    ["the origin of the request", {}, "https://api.example/stop", true],
    ["another origin", {}, "https://other.example/stop", false],
    [
      "an origin of abort",
      { abort: { headers, origins: ["https://other.example"] } },
      "https://other.example/stop",
      true,
    ],
    [
      "the origin of abort's own URL",
      { abort: { headers, url: "https://stop.example/1" } },
      "https://stop.example/2",
      true,
    ],
    [
      "the sender's origin, after the poll has moved",
      { origin: "https://first.example" },
      "https://first.example/stop",
      true,
    ],
    [
      "the origin that the poll has moved to",
      { origin: "https://first.example" },
      "https://api.example/stop",
      false,
    ],
  ])("tells %s what it may know", (_, fields, url, isTold) => {
    const told = abortOf({ ...named(url), ...fields });
    expect(Object.keys(told?.request.headers ?? {}).includes("authorization")).toBe(isTold);
    expect(told?.outOfScope).toBe("without");
  });

  it("is none where nothing names it, and none once the job is over", () => {
    expect(abortOf({})).toBeUndefined();
    expect(abortOf({ until })).toBeUndefined();
    expect(abortOf({ ...named("https://api.example/stop"), step: "result" })).toBeUndefined();
  });

  it("stays in the messages of its poll, until only the result is to be fetched", () => {
    const message = pollMessage({ request, until });
    const moves = { next: undefined, fetch: undefined, abort: { url: "https://api.example/stop" } };
    const body = pollBody(message, moves);
    expect(body.abortAt).toEqual(moves.abort);
    const result = resultBody(pollMessage(body), { url: "https://api.example/result" });
    expect(result).not.toHaveProperty("abortAt");
  });
});

describe("a message with an abort", () => {
  it.each([
    [
      { abort: {} },
      "abort.url: must be an absolute http or https URL, or until.abort must name it",
    ],
    [{ abort: {}, until: "replicate" }, "abort.url: must be"],
    [{ abort: { url: "ftp://a" } }, "abort.url: must be"],
    [{ abort: { url: "https://a", method: "STOP" } }, "abort.method: must be one of"],
    [{ abort: { url: "https://a", timeoutMs: 1 } }, "abort.timeoutMs: must be an integer"],
    [{ abort: { url: "https://a", idempotent: "yes" } }, "abort.idempotent: must be true or false"],
    [{ abort: { url: "https://a", header: {} } }, "did you mean abort.headers?"],
    [{ until: { ...until, abort: "body.[" } }, "until.abort"],
    [{ until: { success: "status", abrt: "body.x" } }, "did you mean until.abort?"],
  ])("is poison with %j", (fields, reason) => {
    expect(poisonReason(pollText(fields))).toContain(reason);
  });

  it("is none without abort and until.abort", () => {
    expect(hasAbort(pollMessage())).toBe(false);
    expect(hasAbort(pollMessage({ until: "replicate" }))).toBe(false);
    expect(hasAbort(pollMessage({ until }))).toBe(true);
    expect(hasAbort(pollMessage({ abort: { url: "https://a" } }))).toBe(true);
  });

  it("leaves room for the request that a server names", () => {
    const filled = (more: object) => {
      const context = "x".repeat(1_048_576 - 1024 - 8192 - pollText(more).length);
      return poisonReason(pollText({ ...more, context }));
    };
    expect(filled({})).toBeUndefined();
    expect(filled({ until })).toContain("with what servers name");
  });
});
