import { describe, expect, it } from "vitest";
import {
  editableText,
  shownMessageText,
  shownOutcomeText,
} from "../../../infra/console/messages/shown-text.ts";

const shown = (message: object) => JSON.parse(shownMessageText(JSON.stringify(message)) ?? "");

describe("a message on the page", () => {
  it.each([
    [
      "a webhook's headers",
      { deliver: { webhook: { url: "https://a.example/", headers: { authorization: "SECRET" } } } },
    ],
    ["a webhook's query", { deliver: [{ webhook: { url: "https://a.example/?key=SECRET" } }] }],
    ["a task token", { deliver: [{ taskToken: "SECRET" }] }],
    [
      "a group's webhook",
      {
        group: { id: "g", size: 2, deliver: { webhook: { url: "https://a.example/?key=SECRET" } } },
      },
    ],
    [
      "a request that stops the job, as a server has named it",
      { abortAt: { url: "https://a.example/?sig=SECRET", body: { token: "SECRET" } } },
    ],
    [
      "a request that fetches the result",
      { fetch: { url: "https://a.example/?sig=SECRET", body: "SECRET" } },
    ],
    [
      "headers beside the request",
      { headers: { authorization: "SECRET" }, request: { url: "https://a.example/" } },
    ],
    [
      "a misspelt member of a request",
      { request: { url: "https://a.example/", header: { authorization: "SECRET" } } },
    ],
    ["headers that are a text", { request: { headers: "authorization: SECRET" } }],
    ["headers that are a list", { request: { headers: ["authorization: SECRET"] } }],
    ["a request that is a list", { request: [{ headers: { authorization: "SECRET" } }] }],
    ["a URL that is none", { request: { url: ["https://SECRET@a.example/"] } }],
    ["a secret's value where its name belongs", { request: { auth: { value: "SECRET" } } }],
    ["an outcome that is on its way", { undelivered: { outcome: "SECRET" } }],
    ["its proof", { proof: "SECRET" }],
    ["its context", { context: "SECRET" }],
  ])("hides %s", (_, message) => {
    const text = shownMessageText(JSON.stringify(message));
    expect(text).toMatch(/\[not shown\]|…/);
    expect(text).not.toContain("SECRET");
  });

  it("shows how it is polled, and what has misspelt numbers", () => {
    const message = {
      pollId: "job-1",
      start: {
        url: "https://a.example/jobs",
        method: "POST",
        auth: { secret: "ssm:/a", as: "bearer" },
        idempotent: true,
      },
      until: { success: "body.done" },
      deliver: [
        { queueUrl: "https://sqs.us-east-1.amazonaws.com/000000000000/a" },
        { webhook: { url: "https://b.example/x", secret: "ssm:/b" } },
      ],
      maxRetrys: 3,
      sequence: 4,
    };
    expect(shown(message)).toEqual(message);
  });

  it("keeps its digits, shown and edited", () => {
    const text = '{"sequence":12345678901234567890,"until":{"a":1.0}}';
    expect(shownMessageText(text)?.replace(/\s/g, "")).toBe(text);
    expect(editableText(text).replace(/\s/g, "")).toBe(text);
  });

  it("shows what a reader could not see, and means the same", () => {
    const message = {
      pollId: "a\u202eb\u200b\u00ad\u{e0041}\u0085\u2028\u0007\n",
      until: "\u2066",
    };
    const text = JSON.stringify(message);
    for (const said of [shownMessageText(text) ?? "", editableText(text)]) {
      expect(said.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(said)).toEqual(message);
    }
  });

  it("is cut where it is long, but edited as a whole", () => {
    const text = JSON.stringify({ until: { success: "x".repeat(900_000) } });
    expect(shownMessageText(text)?.length).toBeLessThan(20_000);
    expect(JSON.parse(editableText(text))).toEqual(JSON.parse(text));
  });

  it("is none when it is no JSON object that the poller would read; it is edited as it is", () => {
    const deep = `{"until":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    for (const text of ["", "{", "[]", "1", deep]) {
      expect(shownMessageText(text)).toBeUndefined();
      expect(editableText(text)).toBe(text);
    }
  });
});

describe("an outcome on the page", () => {
  it("hides headers that may be secret, and the context, and keeps digits", () => {
    const text =
      '{"pollId":"a","response":{"status":200,"headers":{"set-cookie":"SECRET","date":"now"},"body":{"id":12345678901234567890}},' +
      '"result":1.0,"context":{"a":"SECRET"}}';
    const said = shownOutcomeText(text).replace(/\s/g, "");
    expect(said).not.toContain("SECRET");
    expect(said).toContain('"body":{"id":12345678901234567890}');
    expect(said).toContain('"result":1.0');
  });

  it("shortens what is large", () => {
    const outcome = {
      response: { status: 200, body: ["x".repeat(100_000)] },
      result: "y".repeat(100_000),
    };
    const said = JSON.parse(shownOutcomeText(JSON.stringify(outcome)));
    expect(said).toMatchObject({ isShortened: true, response: { status: 200 } });
    expect(JSON.stringify(said).length).toBeLessThan(140_000);
  });
});
