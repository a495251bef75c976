import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../../lib/http/http-request.ts";
import { exactNumber } from "../../../../lib/json/json.ts";
import { tokenIn } from "../../../../lib/secrets/oauth2/token-answer.ts";

const answered = (status: number, body: unknown): HttpAnswer => ({
  kind: "response",
  response: { status, headers: {}, body },
});
const token = "a-token-of-an-hour";
const nameOf = (answer: HttpAnswer) => {
  try {
    return tokenIn(answer, 0);
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
};

describe("a token's life", () => {
  it.each([
    ["an hour", 3600, 3540],
    ["an hour, as a text", "3600", 3540],
    ["an hour, with its digits", exactNumber("3600.0"), 3540],
    ["five minutes", 300, 240],
    ["a minute", 60, 48],
    ["ten seconds", 10, 8],
    ["nothing", 0, 0],
    ["unknown", undefined, 300],
    ["null", null, 300],
    ["a word", "soon", 300],
    ["a negative number", -1, 300],
    ["a list", [3600], 300],
  ])("that is %s: it is used until shortly before its end", (_, expiresIn, usableSeconds) => {
    const body = { access_token: token, token_type: "bearer", expires_in: expiresIn };
    expect(tokenIn(answered(200, body), 0)).toEqual({ token, usableSeconds });
  });
});

describe("an answer without a token", () => {
  const head = { status: 200, headers: {} };
  const error = { name: "UnreadableBodyError", message: "too large" };
  it.each<[string, HttpAnswer, string]>([
    ["a wrong client", answered(401, { error: "invalid_client" }), "TokenRefusedError"],
    ["a wrong scope", answered(400, { error: "invalid_scope" }), "TokenRefusedError"],
    ["not found, as HTML", answered(404, "<html>"), "TokenRefusedError"],
    ["a redirect", answered(302, ""), "TokenRefusedError"],
    [
      "busy, as a 400",
      answered(400, { error: "temporarily_unavailable" }),
      "TokenUnavailableError",
    ],
    ["too many requests", answered(429, { error: "slow_down" }), "TokenUnavailableError"],
    ["a failing server", answered(503, "<html>"), "TokenUnavailableError"],
    ["HTML with a 200", answered(200, "<html>"), "TokenUnavailableError"],
    ["a list", answered(200, [token]), "TokenUnavailableError"],
    ["no access_token", answered(200, { token }), "TokenUnavailableError"],
    ["a number", answered(200, { access_token: 12_345_678 }), "TokenUnavailableError"],
    ["a line break", answered(200, { access_token: `${token}\n` }), "TokenUnavailableError"],
    ["a short token", answered(200, { access_token: "short" }), "TokenRefusedError"],
    ["a huge token", answered(200, { access_token: "x".repeat(8193) }), "TokenRefusedError"],
    [
      "a huge body",
      { kind: "unreadable", response: head, error, mayChange: false },
      "TokenRefusedError",
    ],
    [
      "a broken body",
      { kind: "unreadable", response: head, error, mayChange: true },
      "TokenUnavailableError",
    ],
    [
      "a broken body of a failing server",
      { kind: "unreadable", response: { ...head, status: 502 }, error, mayChange: false },
      "TokenUnavailableError",
    ],
    [
      "a late body of a refusal",
      { kind: "unreadable", response: { ...head, status: 400 }, error, mayChange: true },
      "TokenUnavailableError",
    ],
    ["a forbidden address", { kind: "refused", error }, "TokenRefusedError"],
    ["no connection", { kind: "transient", error }, "TokenUnavailableError"],
    ["no free place", { kind: "aborted" }, "TokenNotAskedError"],
  ])("%s", (_, answer, name) => expect(nameOf(answer)).toBe(name));

  it("says what the endpoint said", () => {
    const body = { error: "invalid_client", error_description: "no such client" };
    expect(() => tokenIn(answered(401, body), 0)).toThrow(
      "it answered 401 invalid_client: no such client",
    );
  });
});
