import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPoison } from "../../../../lib/batch/record-result.ts";
import { compileAcceptor } from "../../../../lib/verdict/acceptor.ts";
import { FACTS } from "../../../../lib/verdict/facts.ts";
import { mistakeIn, type Purpose } from "../../../../lib/verdict/mistakes.ts";
import { GOOD_VALUES, GOOD_VERDICTS } from "./good-expressions.ts";
import { WRONG } from "./wrong-expressions.ts";
import { WRONG_SYNTAX } from "./wrong-syntax.ts";

function poisonOf(expression: string, purpose: Purpose = "verdict") {
  try {
    compileAcceptor("success", expression, purpose);
    return undefined;
  } catch (error) {
    return isPoison(error) ? error : expect.unreachable(String(error));
  }
}

describe.each([...WRONG, ...WRONG_SYNTAX])("%s", (_, meant, ...expressions) => {
  it.each(expressions)("%s", (expression) => {
    for (const purpose of ["verdict", "value"] as const) {
      const poison = poisonOf(expression, purpose);
      expect(poison?.message).toMatch(/^until\.success: must /);
      expect(poison?.message).toMatch(meant);
      expect(poison?.message.length).toBeLessThan(300);
    }
  });
});

describe("an expression that is constant, or always matches", () => {
  const CONSTANT = [
    "'done'",
    '`"done"`',
    "`1`",
    "`null`",
    "`{}`",
    "body.a == 'x' || 'y'",
    "'y' || body.a == 'x'",
    "(body.a == 'x' || 'y') && body.b",
    "body.a == 'x' && 'y'",
    "body.a || `true`",
    "body.a && `false`",
    "!'x'",
    "!`1`",
    "body.a == 'x' || `[1]`",
    "[body.a, body.b]",
    "{a: body.a}",
    "status",
    "@",
    "$",
    "!status",
    "body.a || status",
    "contains('body.tags', 'ready')",
    "starts_with('done', 'd')",
    "status == `200` ? 'yes' : 'no'",
    "let $s = 'x' in $s",
    "headers",
    "body.a || headers",
    "type(body.a)",
    "to_string(body.done)",
    "body.a || to_string(body.done)",
  ];
  it.each(CONSTANT)("%s is refused as an acceptor and allowed as a result", (expression) => {
    expect(poisonOf(expression)?.message).toMatch(/must say yes or no by the response, got /);
    expect(poisonOf(expression, "value")).toBeUndefined();
  });

  it.each(["body.items[?state == 'a' || 'b']", "body.items[?'done']"])(
    "%s is always refused, because a filter must depend on its items",
    (expression) => {
      expect(poisonOf(expression, "value")?.message).toMatch(/must say yes or no/);
    },
  );
});

it.each(["'body.url'", "'headers.location'", "'body.items[0].url'"])(
  "a path that was written as a text is no result: %s",
  (expression) => {
    expect(poisonOf(expression, "value")?.message).toMatch(
      /must write a path without quotes: did you mean (?:body|headers)\./,
    );
  },
);

const isKnown = (expression: string) => "step" in FACTS || !/\b(?:step|request)\b/.test(expression);

describe("a correct expression", () => {
  it.each(GOOD_VERDICTS.filter(isKnown))("%s", (expression) => {
    expect(poisonOf(expression, "verdict")).toBeUndefined();
  });

  it.each(GOOD_VALUES.filter(isKnown))("%s, as a result", (expression) => {
    expect(poisonOf(expression, "value")).toBeUndefined();
  });

  it("may be made of correct ones with &&, || and !", () => {
    const good = fc.constantFrom(
      ...GOOD_VERDICTS.filter(isKnown).filter((of) => !/^`|\|/.test(of)),
    );
    const joined = fc
      .array(fc.record({ part: good, sign: fc.constantFrom("&&", "||"), not: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) =>
        parts
          .map(({ part, sign, not }, nth) => `${nth ? ` ${sign} ` : ""}${not ? "!" : ""}(${part})`)
          .join(""),
      );
    fc.assert(
      fc.property(joined, (expression) => {
        // Two good parts can exclude each other.
        expect(mistakeIn(expression, "verdict")?.message ?? "is true for every response").toMatch(
          /is (?:never true|true for every response)/,
        );
      }),
    );
  });
});

describe("the message of a mistake", () => {
  it("quotes nothing of the sender's in a log", () => {
    for (const expression of [
      "s3cr3t == 'x'",
      "{s3cr3t: body.a} | b",
      'body.a == "s3cr3t"',
      "$s3cr3t",
      "!body.s3cr3t",
    ]) {
      expect(poisonOf(expression)?.logMessage).not.toContain("s3cr3t");
    }
  });

  it("does not suggest a text that may be a secret", () => {
    const poison = poisonOf('body.token == "8d7f-s3cr3t"');
    expect(poison?.message).toMatch(/single quotes.*did you mean '\.\.\.'\?$/);
  });

  it("stays short", () => {
    const name = "n".repeat(1000);
    for (const expression of [name, `body.a == "${name}"`, `!body.${name}`, `$${name}`]) {
      expect(poisonOf(expression)?.message.length).toBeLessThan(300);
    }
  });
});

it("any expression is either accepted or poison; no other error is thrown", () => {
  const parts = ["body", "a", "'t'", "`1`", '"q"', "@", "$", "$v", "(", ")", "[", "]", "[?", "[*]"];
  const signs = [
    "==",
    "=",
    "=!",
    "!",
    "&&",
    "||",
    "|",
    ".",
    "-",
    ",",
    "&",
    "<",
    "length(",
    "{a:",
    "}",
  ];
  const text = fc.array(fc.constantFrom(...parts, ...signs), { maxLength: 12 });
  fc.assert(
    fc.property(text, fc.constantFrom<Purpose>("verdict", "value"), (words, purpose) => {
      expect(poisonOf(words.join(" "), purpose)?.message ?? "until.success: must").toMatch(
        /^until\.success: must/,
      );
    }),
    { numRuns: 2000 },
  );
});

describe("an expression of many levels", () => {
  const inner = (levels: number, wrap: (expression: string) => string) =>
    Array.from({ length: levels }).reduce<string>((expression) => wrap(expression), "a");

  // With twice the time per level, each of these would take longer than the universe has lasted.
  it.each<[string, (expression: string) => string]>([
    ["operands of a comparison", (e) => `(${e}||a)==a`],
    ["operands of a comparison with &&", (e) => `(${e}&&a)==a`],
    ["right operands of a comparison", (e) => `a==(${e}||a)`],
    ["filters", (e) => `b[?${e}]`],
    ["conditions", (e) => `(${e}?a:b)`],
    ["negations", (e) => `!(${e})`],
    ["bindings", (e) => `let $v=${e} in $v`],
    ["lists", (e) => `[${e}]`],
    ["references", (e) => `map(&${e},b)`],
    ["junctions", (e) => `((${e}||a)&&b)`],
  ])("of %s is looked at once per level", (_, wrap) => {
    // As many as 1,024 characters hold.
    poisonOf(`body[?${inner(Math.floor(1000 / wrap("").length), wrap)}]`);
  });
});
