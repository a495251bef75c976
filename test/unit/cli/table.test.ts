import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { styled, unstyled } from "../../../infra/cli/terminal/output.ts";
import { alignColumns, shorten } from "../../../infra/cli/terminal/table.ts";
import { widthOf } from "../../../infra/cli/terminal/width.ts";
import { anyText } from "../../support/any-text.ts";

describe("alignColumns", () => {
  it("makes each column as wide as its widest cell", () => {
    expect(
      alignColumns([
        ["a", "bbb", "c"],
        ["aaaa", "b"],
      ]),
    ).toEqual(["a     bbb  c", "aaaa  b"]);
  });

  it("does not count colours", () => {
    const [first = "", second] = alignColumns([
      [styled("red", "red"), "x"],
      ["plain", "y"],
    ]);
    expect(unstyled(first)).toBe("red    x");
    expect(second).toBe("plain  y");
  });

  it("writes one line per row, with each cell in it", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.stringMatching(/^[a-z]{1,9}$/))), (rows) => {
        const lines = alignColumns(rows);
        expect(lines.map((line) => line.split(/ +/).filter(Boolean))).toEqual(rows);
      }),
    );
  });
});

describe("a table with a maximum width", () => {
  const cell = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 30 }),
    anyText({ maxLength: 30 }),
    fc.string().map((text) => styled("green", text)),
  );
  it("has no wider line, whatever its cells contain", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { maxLength: 6 })),
        fc.integer({ min: 40, max: 120 }),
        (rows, width) => {
          for (const line of alignColumns(rows, width)) {
            expect(widthOf(line)).toBeLessThanOrEqual(width);
            expect(line).not.toContain("\n");
          }
        },
      ),
    );
  });

  it.each(["\x01\u20e3", "\x02\ufe0f\u20e3"])(
    "has room for an escape that makes one sign with what follows it: %j",
    (text) => {
      for (let width = 5; width < 40; width++) {
        for (const line of alignColumns([[text.repeat(9)]], width)) {
          expect(widthOf(line)).toBeLessThanOrEqual(width);
        }
      }
    },
  );

  it("cuts the last column first", () => {
    expect(alignColumns([["first", "second", "a long third"]], 20)).toEqual([
      "first  second  a lo…",
    ]);
  });

  it("counts wide characters as two columns", () => {
    expect(
      alignColumns([
        ["日本", "x"],
        ["abcdef", "y"],
      ]),
    ).toEqual(["日本    x", "abcdef  y"]);
  });
});

describe("shorten", () => {
  it("keeps a text that fits, on one line", () => {
    expect(shorten("a\n  b", 3)).toBe("a b");
  });

  it("marks a cut text", () => {
    expect(shorten("abcdef", 4)).toBe("abc…");
  });
});
