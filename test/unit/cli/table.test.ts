import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignColumns, shorten } from "../../../infra/cli/terminal/table.ts";

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
      ["\u001b[31mred\u001b[39m", "x"],
      ["plain", "y"],
    ]);
    expect(stripVTControlCharacters(first)).toBe("red    x");
    expect(second).toBe("plain  y");
  });

  it("makes one line a row, each cell in it", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.stringMatching(/^[a-z]{1,9}$/))), (rows) => {
        const lines = alignColumns(rows);
        expect(lines.map((line) => line.split(/ +/).filter(Boolean))).toEqual(rows);
      }),
    );
  });
});

describe("shorten", () => {
  it("leaves what fits, on one line", () => {
    expect(shorten("a\n  b", 3)).toBe("a b");
  });

  it("marks what it cuts", () => {
    expect(shorten("abcdef", 4)).toBe("abc…");
  });
});
