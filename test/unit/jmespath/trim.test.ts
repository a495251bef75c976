import { search } from "@jmespath-community/jmespath";
import fc from "fast-check";
import { expect, it } from "vitest";
import { trimmed } from "../../../lib/jmespath/trim.ts";

const text = fc.string({ unit: fc.constantFrom(..." \t\u00a0\x85ab-]^\\") });

it.each(["trim", "trim_left", "trim_right"])(
  "%s does what the library does on one line",
  (name) => {
    fc.assert(
      fc.property(text, text, (subject, characters) => {
        const expression = `${name}(s, c)`;
        expect(trimmed(name, [subject, characters])).toBe(
          search({ s: subject, c: characters }, expression),
        );
      }),
    );
  },
);

it("trims several lines only at the start and the end of the text", () => {
  expect(trimmed("trim", [" \n a \n\n b \n "])).toBe("a \n\n b");
});

it.each([
  ["lower", ["a"]],
  ["trim", [7]],
  ["trim", ["a", 7]],
  ["trim", ["a", "b", "c"]],
])("leaves %s(%j) to the library", (name, args) => {
  expect(trimmed(name, args)).toBeUndefined();
});
