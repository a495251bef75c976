import { expect, it } from "vitest";
import { syntaxPlace } from "../../../lib/explain/syntax-place.ts";
import { GOOD_VALUES, GOOD_VERDICTS } from "../verdict/mistakes/good-expressions.ts";

it.each([
  "body.status ==▶= 'done'",
  "a ▶b",
  "a == ▶12 && b",
  "a ▶~ b",
  "a.▶'x'",
  "a && b▶)",
  "a || ▶|| b",
  "{a: ▶}",
  "body.▶",
  "body.items[?x == 'a'▶",
  "a == `[1,2]` && ▶}",
  "a && ▶'open",
  "x == 'it's▶'",
  "a == ▶`{` && b",
  "a + ▶&& b",
  "items[?a == 'b'] ▶&b",
  "a ▶$b.c",
])("the parser stops at the mark in %s", (marked) => {
  expect(syntaxPlace(marked.replace("▶", ""))).toBe(marked.indexOf("▶"));
});

it("finds no place in what is JMESPath", () => {
  for (const text of [...GOOD_VERDICTS, ...GOOD_VALUES]) expect(syntaxPlace(text)).toBeUndefined();
});
