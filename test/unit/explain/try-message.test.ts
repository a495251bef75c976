import { describe, expect, it } from "vitest";
import { NotAskedError, WrongExpressionError } from "../../../lib/explain/try-message.ts";
import { NOW, poll, response, tried, URL } from "./tried.ts";

describe("tryMessage asks once", () => {
  it("sends what the poller would send", async () => {
    const headers = { "x-a": "1" };
    const message = { pollId: "p", start: { url: URL, headers, body: {}, idempotent: true } };
    const { sent } = await tried(message, response(202));
    expect(sent).toMatchObject([{ url: URL, method: "POST", headers: { "x-a": "1" }, body: {} }]);
    expect(sent[0]?.headers).toHaveProperty("idempotency-key");
  });

  it("keeps headers from an origin that a server has named", async () => {
    const request = { url: "https://cdn.example/x", headers: { authorization: "Bearer 12345678" } };
    const { sent } = await tried({ request, origin: "https://api.example.com" }, response(200));
    expect(sent).toMatchObject([{ headers: {} }]);
  });

  it.each([
    [{ start: { url: URL } }, /^start: it is not idempotent/],
    [poll({ expiresAt: "2025-01-01T00:00:00Z" }), /^expiresAt: it has passed/],
    [poll({ undelivered: { since: NOW, attempts: 1 } }), /^undelivered: this poll has ended/],
  ])("does not ask for %j", async (message, reason) => {
    await expect(tried(message, response(200))).rejects.toThrow(NotAskedError);
    await expect(tried(message, response(200))).rejects.toThrow(reason);
  });

  it("makes a start when it may", async () => {
    const { sent } = await tried({ start: { url: URL } }, response(202), { mayStart: true });
    expect(sent).toHaveLength(1);
  });

  it("asks nothing when it has a recorded answer", async () => {
    const recordedAnswer = "HTTP/1.1 202 Accepted\nlocation: /jobs/7\n\n";
    const message = { start: { url: URL }, until: "http-async" };
    const { sent, explanation } = await tried(message, response(500), { recordedAnswer });
    expect(sent).toEqual([]);
    expect(explanation.next?.url).toBe("https://api.example.com/jobs/7");
  });

  it("says where an expression is wrong", async () => {
    const wrong = tried(poll({ until: { success: "body.s === 'ok'" } }), response(200));
    await expect(wrong).rejects.toThrow(WrongExpressionError);
    await expect(wrong).rejects.toMatchObject({
      field: "until.success",
      expression: "body.s === 'ok'",
      place: 9,
    });
    const meant = tried(poll({ until: { success: "body.s = 'ok'" } }), response(200));
    await expect(meant).rejects.toMatchObject({ field: "until.success", place: undefined });
    await expect(tried({ request: { uri: URL } }, response(200))).rejects.toThrow("request.url");
  });
});

describe("tryMessage explains a hostile answer of 1 MiB in short", () => {
  const MANY = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`nema${n}`, n]));
  const expressions = {
    success: Array.from({ length: 60 }, (_, n) => `body.name${n}`).join("||"),
    failure: Array.from({ length: 60 }, () => "body").join("&&"),
    result: "body",
  };

  it.each([
    ["many members", MANY],
    ["a text of URLs", { text: "http://".repeat(140_000) }],
    ["a long name", { ["n".repeat(900_000)]: 1 }],
    ["a list", Array.from({ length: 100_000 }, () => "https://a.example/?b=c")],
  ])("%s", async (_name, body) => {
    const request = { url: URL, headers: { authorization: "Bearer of-the-sender" } };
    const message = { request, until: expressions };
    const { explanation } = await tried(message, response(200, body));
    expect(JSON.stringify(explanation).length).toBeLessThan(100_000);
    expect(explanation.evaluated.map(({ field }) => field)).toContain("until.result");
  });
});

describe("tryMessage hides credentials", () => {
  const SECRET = "s3cr3t-of-the-sender";

  it("that a server says back again and again, also where its text is cut", async () => {
    const secret = SECRET.repeat(30);
    const request = { url: URL, headers: { authorization: secret } };
    const body = { s: `${secret}-`.repeat(90) };
    const { explanation } = await tried({ request }, response(200, body));
    expect(explanation.answer.body).not.toContain(SECRET.slice(0, 8));
  });

  it.each([
    ["a value", { s: SECRET }],
    ["a member's name", { [SECRET]: 1 }],
    ["a long text, where it is cut", { s: `${"x".repeat(185)}${SECRET}` }],
    ["a URL", { s: `https://user:${SECRET}@h.example/?a=${SECRET}` }],
    ["what it names next", { at: `/x?sig=${SECRET}` }],
  ])("that a server says back in %s", async (_where, body) => {
    const request = {
      url: `${URL}?api_key=${SECRET}`,
      headers: { authorization: `Bearer ${SECRET}`, cookie: `id=${SECRET}` },
    };
    const until = { success: "body.x == 'a' || body.s == 'b'", next: "body.at", result: "body" };
    const { explanation } = await tried(
      { request, until },
      response(200, body, { "x-echo": SECRET }),
    );
    expect(JSON.stringify(explanation)).not.toContain(SECRET.slice(0, 8));
  });
});
