import { describe, expect, it } from "vitest";
import { requestToSend } from "../../../lib/poll/request-to-send.ts";
import { pollMessage } from "../../support/poll-message.ts";

const auth = { secret: "ssm:/key", as: "bearer" };
const headers = { Authorization: "Key k", "x-tenant": "t", Cookie: "c" };
const sent = (url: string, more: object = {}) =>
  requestToSend(
    pollMessage({
      origin: "https://api.example",
      request: {
        url,
        method: "POST",
        headers,
        body: { a: 1 },
        auth,
        origins: ["https://files.example"],
      },
      ...more,
    }),
  );

describe("a request of the sender's own", () => {
  it("is sent as it is", () => {
    const message = pollMessage({ request: { url: "https://a.example/?x-amz-signature=1", auth } });
    expect(requestToSend(message)).toEqual({ request: message.request, outOfScope: "refuse" });
  });
});

describe("a request that a server has named", () => {
  it.each(["https://api.example/job", "https://files.example/result", "https://api.example:443/"])(
    "tells headers and body to %s",
    (url) => {
      const { request, outOfScope } = sent(url);
      expect(request).toMatchObject({ url, method: "POST", headers, body: { a: 1 }, auth });
      expect(outOfScope).toBe("without");
    },
  );

  it.each([
    "https://other.example/",
    "https://api.example.evil.example/",
    "https://api.example:444/",
    "http://api.example/",
    "https://sub.files.example/",
  ])("tells no header and no body to %s, and the secret only if it names that origin", (url) => {
    const { request, outOfScope } = sent(url);
    expect(request).toMatchObject({ url, method: "POST", headers: {}, auth });
    expect(request).not.toHaveProperty("body");
    expect(outOfScope).toBe("without");
  });

  it.each([
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=1",
    "AWSAccessKeyId=1&Signature=2&Expires=3",
    "Expires=1&Signature=2&Key-Pair-Id=3",
    "X-Goog-Signature=1",
    "sv=2025-01-01&sr=b&sig=1",
  ])("sends no credentials with the presigned URL ?%s", (query) => {
    for (const origin of ["https://api.example", "https://store.example"]) {
      const { request } = sent(`${origin}/file?${query}`);
      expect(request).not.toHaveProperty("auth");
      expect(Object.keys(request.headers)).toEqual(
        origin === "https://api.example" ? ["x-tenant"] : [],
      );
    }
  });

  it.each(["sig=1", "signature=1", "page=2&expires=1"])("?%s is no signature", (query) => {
    expect(sent(`https://api.example/file?${query}`).request).toMatchObject({ auth, headers });
  });
});

it("a start is sent once, unless it is idempotent", () => {
  const start = { url: "https://api.example/jobs" };
  const of = (idempotent: boolean) =>
    requestToSend(pollMessage({ request: undefined, start: { ...start, idempotent } })).request;
  expect(of(false)).toHaveProperty("isSentOnce", true);
  expect(of(true)).not.toHaveProperty("isSentOnce");
});
