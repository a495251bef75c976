import { describe, expect, it } from "vitest";
import { compileExactly } from "../../../lib/jmespath/compile-exactly.ts";
import { writeExpression } from "../../../lib/jmespath/write-expression.ts";
import { PRESETS } from "../../../lib/presets/presets.ts";
import { EXPRESSION_NAMES } from "../../../lib/verdict/expressions.ts";
import { GOOD_VALUES, GOOD_VERDICTS } from "../verdict/mistakes/good-expressions.ts";

const ofPresets = Object.values(PRESETS).flatMap((preset) =>
  EXPRESSION_NAMES.flatMap((name) => (name === "abort" ? [] : (preset[name] ?? []))),
);

describe("writeExpression", () => {
  it.each([...new Set([...GOOD_VERDICTS, ...GOOD_VALUES, ...ofPresets])])(
    "writes what means the same as %s",
    (text) => {
      const tree = compileExactly(text);
      expect(compileExactly(writeExpression(tree))).toEqual(tree);
    },
  );

  it.each([
    ["body.state=='done'||body.a", "body.state == 'done' || body.a"],
    ["(a || b) && c", "(a || b) && c"],
    ["!a.b", "(!a).b"],
    ["!(a.b == c)", "!(a.b == c)"],
    ["!contains(a, b)", "!contains(a, b)"],
    ["jobs.*.status.state", "jobs.*.status.state"],
    ["a[?b=='it\\'s'].c[0] | [1:]", "a[?b == 'it\\'s'].c[0] | [1:]"],
    ['"a b".c', '"a b".c'],
    ["a == `12345678901234567890`", "a == `12345678901234567890`"],
    ["let $x = a in $x.b", "let $x = a in $x.b"],
  ])("writes %s as %s", (text, written) => {
    expect(writeExpression(compileExactly(text))).toBe(written);
  });
});
