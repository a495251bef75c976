import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unstyled } from "../../../infra/cli/terminal/output.ts";
import { widthOf } from "../../../infra/cli/terminal/width.ts";
import { describeExplanation } from "../../../infra/cli/try/explanation-text.ts";
import { describeWrongExpression } from "../../../infra/cli/try/wrong-expression-text.ts";
import { tryMessage } from "../../../lib/explain/try-message.ts";
import { anyText } from "../../support/any-text.ts";

const URL = "https://api.example.com/renders/42";

/** What `try` prints for an answer. */
async function printed(message: object, recordedAnswer: string): Promise<string[]> {
  const send = () => Promise.reject(new Error("asked"));
  const ports = { send, now: () => 0, recordedAnswer };
  const explanation = await tryMessage(JSON.stringify(message), ports);
  return describeExplanation(explanation).map(unstyled);
}

describe("an explanation as text", () => {
  it("is what the guide shows", async () => {
    const guide = await readFile(join(import.meta.dirname, "../../../docs/guides/poll-an-api.md"));
    const message = { request: { url: URL }, until: { success: "body.stat == 'done'" } };
    const lines = await printed(message, '{"state":"rendering","id":42}');
    expect(guide.toString()).toContain(`\`\`\`text\n${lines.join("\n")}\n\`\`\``);
  });

  it("shows a body line by line, so that one sees what an expression can name", async () => {
    const parts = Array.from({ length: 30 }, (_, part) => part);
    const body = { order: { phase: "PRINTING", steps: [{ name: "print", ok: null }] }, parts };
    const lines = await printed({ request: { url: URL } }, JSON.stringify(body));
    expect(lines.slice(1, 12)).toEqual([
      "200 application/json",
      "  {",
      '    "order": {',
      '      "phase": "PRINTING",',
      '      "steps": [',
      "        {",
      '          "name": "print",',
      '          "ok": null',
      "        }",
      "      ]",
      "    },",
    ]);
    expect(lines).toContain("  … and 19 more lines");
  });

  it("names what would be polled, fetched and delivered", async () => {
    const until = {
      failure: "body.s == 'bad'",
      success: "body.s == 'ok'",
      next: "body.n",
      fetch: "body.f",
    };
    const message = {
      request: { url: URL },
      until: { ...until, result: "body.r", error: "body.e" },
    };
    const answer = {
      s: "bad",
      n: "/n",
      f: { url: "/f", method: "POST", body: 1 },
      r: [7],
      e: "why",
    };
    const lines = await printed(message, JSON.stringify(answer));
    expect(lines).toEqual(
      expect.arrayContaining([
        "until.failure  matches",
        "  body.s == 'bad'  true",
        "until.success  not asked",
        "verdict: failure, until.failure matched",
        "next: GET https://api.example.com/n",
        "fetch: POST https://api.example.com/f 1",
        "then: the poll ends as failed: until.failure matched",
        "result: [7]",
        'the API says: "why"',
      ]),
    );
  });

  it("says where it was redirected, and why there is no answer", () => {
    const base = {
      step: "poll",
      request: { method: "GET", url: URL },
      matched: [],
      evaluated: [],
    } as const;
    const answer = { error: "connection refused", redirectedTo: "https://b.example/" };
    const more = {
      verdict: "transient",
      because: "no answer",
      comesNext: "it is asked again",
    } as const;
    const lines = describeExplanation({ ...base, answer, ...more }).map(unstyled);
    expect(lines).toEqual([
      `GET ${URL}`,
      "redirected to https://b.example/",
      "connection refused",
      "",
      "verdict: transient, no answer",
      "then: it is asked again",
    ]);
  });

  it("fits 80 columns, whatever the server says", async () => {
    const text = anyText({ maxLength: 120 });
    const body = fc.record({ state: fc.oneof(text, fc.jsonValue({ maxDepth: 2 })), n: text });
    const expressions = [
      "body.state == 'done' || body.n == 'a' && body.state.deeper.still[0].and.deeper == `7`",
      "contains(lower(body.n), body.state)",
      "body.state[?a == 'b'].c | [0]",
      `body."${"x".repeat(100)}"`,
    ];
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(...expressions), async (of, success) => {
        const message = {
          request: { url: URL },
          until: { success, result: "body", next: "body.n" },
        };
        const lines = await printed(message, JSON.stringify(of));
        for (const line of lines) {
          expect(widthOf(line), line).toBeLessThanOrEqual(80);
          expect(line).not.toContain("\n");
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("a wrong expression as text", () => {
  const message = "until.success: must be a JMESPath expression";

  it("marks the place under the expression", () => {
    const wrong = { message, expression: "body.s === 'x'", place: 9 };
    expect(describeWrongExpression(wrong).split("\n")).toEqual([
      message,
      "  body.s === 'x'",
      "           ^",
    ]);
  });

  it("shows the part of a long one around the place, in 80 columns", () => {
    const expression = `${"a || ".repeat(100)}=== b${" || c".repeat(50)}`;
    const [, shown = "", mark = ""] = describeWrongExpression({
      message,
      expression,
      place: 500,
    }).split("\n");
    expect(shown.slice(mark.indexOf("^"))).toMatch(/^=== b/);
    expect(widthOf(shown)).toBeLessThanOrEqual(80);
  });

  it("forges no line, and keeps the mark in place beside control characters", () => {
    const wrong = { message: "a\nerror: forged", expression: "\u001b\nerror: b ~", place: 11 };
    const lines = describeWrongExpression(wrong).split("\n");
    expect(lines[0]).toBe("a error: forged");
    expect(lines[2]?.indexOf("^")).toBe(2 + "\\u001b error: b ".length);
  });

  it("has no mark when the place is not known", () => {
    const wrong = { message, expression: "body.s = 'x'", place: undefined };
    expect(describeWrongExpression(wrong)).toBe(`${message}\n  body.s = 'x'`);
  });
});
