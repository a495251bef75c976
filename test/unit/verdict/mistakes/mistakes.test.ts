import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPoison } from "../../../../lib/batch/record-result.ts";
import { compileAcceptor } from "../../../../lib/verdict/acceptor.ts";
import { FACTS } from "../../../../lib/verdict/facts.ts";
import { mistakeIn, type Purpose } from "../../../../lib/verdict/mistakes.ts";
import { GOOD_VALUES, GOOD_VERDICTS } from "./good-expressions.ts";

function poisonOf(expression: string, purpose: Purpose = "verdict") {
  try {
    compileAcceptor("success", expression, purpose);
    return undefined;
  } catch (error) {
    return isPoison(error) ? error : expect.unreachable(String(error));
  }
}

/** Wrong both as an acceptor and as a result. */
const WRONG: readonly [kind: string, meant: RegExp, ...expressions: string[]][] = [
  [
    "a binding outside any let",
    /success: must compare by ==, got =, .*: did you mean ==\?$/,
    "body.state = 'done'",
    "status = `200`",
    "body.items[?st = 'ok']",
    "length(body.items[?a.b = 'ok' && c == 'd']) > `0`",
    "body.ok && body.state = 'x'",
    "body.ok || (body.state = 'x')",
    "!(body.state = 'x')",
    "contains(body.tags, a = 'b')",
    "[body.a = 'b']",
    "{a: body.x = 'y'}",
    "body.items[*].{n: st = 'x'}",
    "map(&(a = 'b'), body.items)",
    "let $x = body.a in $x = 'b'",
    "let $x = body.a = 'b' in $x",
    "body | state = 'done'",
  ],
  [
    "=! for !=",
    /must compare by !=, got =!, .*: did you mean !=\?$/,
    "body.state =! 'done'",
    "body.items[?st =! 'ok']",
    "body.ok && body.state =! 'done' && body.x",
  ],
  [
    "a name at the root that is not a fact",
    /must begin with one of status, headers, body, .*: did you mean body\.state/,
    "state == 'done'",
    "state",
    "@.state == 'done'",
    "$.state",
    "@ | state == 'done'",
    "contains(state, 'x')",
    "{a: state}",
    "[state]",
    "body.ok && state == 'x'",
    "body.items[?owner == $.state]",
    "let $r = @ in $r.state",
    "let $x = state in body.a == $x",
    "sort_by(state, &id)",
  ],
  ["a fact misspelt", /: did you mean status\?$/, "stauts == `200`", "Status", "statusCode"],
  ["a fact misspelt", /: did you mean headers\?$/, "header.location", 'Headers."x-state"'],
  ["a fact misspelt", /: did you mean retryCount\?$/, "retry_count > `3`", "retrycount"],
  [
    "a bare word instead of a text",
    /did you mean body\.done, or the text 'done'\?$/,
    "body.state == done",
  ],
  [
    "a bare word instead of a literal",
    /did you mean `true`\?$/,
    "body.done == true",
    "body.items[?true == done]",
  ],
  ["a bare word instead of null", /did you mean `null`\?$/, "body.a != null", "null"],
  [
    "a text in double quotes",
    /must write a text in single quotes, in double quotes it is a name: did you mean 'ready'\?$/,
    'body.state == "ready"',
    'body.state != "ready"',
    '"ready" == body.state',
    'body.url || "ready"',
    'contains(body.tags, "ready")',
    'contains(["ready"], body.state)',
    'body.items[?state == "ready"]',
    'body.items[?"ready" == state]',
    'body.items[?contains(tags, "ready")]',
    'body.items[?contains(["ready", "done"], state)]',
    'lower(body.state) == "ready"',
  ],
  [
    "a text with a dash in double quotes",
    /'in-progress'\?$/,
    'body.items[?state == "in-progress"]',
  ],
  [
    "a negated first name",
    /must negate a path as a whole.*: did you mean !\(/,
    "!body.running",
    "!body.items[0]",
    "!body.items[?a]",
    "!body.items[*]",
    "!body.items[]",
    "!body.*",
    "!@.body.x",
    '!headers."x-done"',
    "!body.state == 'done'",
    "body.a && !body.b.c",
    "body.items[?!a.b]",
    "let $b = body in !$b.x",
  ],
  [
    "a constant comparison",
    /both sides of \S+ are the same for every response/,
    "'a' == 'b'",
    "`1` == `1`",
    "'body.n' > `3`",
    "body.state == 'a' || 'b' == 'c'",
    "body.items[?'state' == 'done']",
    "'x' | @ == 'x'",
    "length('abc') == `3`",
  ],
  [
    "a comparison of values that are never equal",
    /is never equal to/,
    "status == '200'",
    "'200' != status",
    "retryCount == 'x'",
    'headers."x-p" == `5`',
    "length(body.items) == '3'",
    "contains(body.tags, 'x') == 'true'",
    "!status == `200`",
    "body.items[*].state == 'done'",
    "body.items[?a].state != 'done'",
    "@ == 'done'",
    "headers == 'x'",
  ],
  [
    "an ordering of values that are not numbers",
    /must compare numbers by/,
    "status > '200'",
    'headers."x-p" >= `5`',
    "body.a < `true`",
    "lower(body.a) < retryCount",
  ],
  [
    "a compared comparison",
    /must not compare a comparison/,
    "body.a == 'a' == 'b'",
    "`1` < status < `10`",
    "body.a == body.b == body.c",
  ],
  [
    "a name with a dash",
    /must write a name that has a dash in double quotes/,
    "headers.x-state == 'done'",
    "headers.x-job-state",
    "content-type == 'x'",
  ],
  ["a header name in upper case", /did you mean headers\.location\?$/, "headers.Location"],
  [
    "a member of a value that has none",
    /which has none/,
    "status.code",
    "headers.location.path",
    "body.items[*] | state",
  ],
  [
    "a list operator on a value that is not a list",
    /did you mean body\[\.\.\.\]\?$/,
    "[0].state == 'done'",
    "[?state == 'done']",
    "[*].state",
    "[].state",
    "@[0]",
    "$[?a]",
  ],
  [
    "an index into a value that is not a list",
    /must use \[ \] on a list/,
    "headers[0]",
    "status[0:1]",
  ],
  ["a variable without let", /bind by let .* got \$status: did you mean status/, "$status"],
  ["a let that binds nothing", /must bind by let/, "let $x == `1` in body.x"],
];

describe.each(WRONG)("%s", (_, meant, ...expressions) => {
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
        expect(mistakeIn(expression, "verdict")?.message).toBeUndefined();
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
