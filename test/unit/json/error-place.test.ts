import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonErrorOffset, jsonErrorPlace } from "../../../lib/json/error-place.ts";

describe("where a text stops being JSON", () => {
  it.each([
    ["", 0],
    ["x", 0],
    ['{"a":1,}', 7],
    ["{'a':1}", 1],
    ["{a:1}", 1],
    ['{"a" 1}', 5],
    ['{"a":tru}', 5],
    ['{"a":NaN}', 5],
    ['{"a":01}', 6],
    ['{"a":"b\nc"}', 7],
    ['{"a":"\\x41"}', 6],
    ['{"a":"b', 7],
    ['{"a":[1,2}', 9],
    ['{"a":1}}', 7],
    ['{"a":1} {"b":2}', 8],
    ["[1,]", 3],
    ["\ufeff{}", 0],
  ])("%j: at %i", (text, offset) => expect(jsonErrorOffset(text)).toBe(offset));

  it("is undefined for valid JSON, and near the place that Node names for the rest", () => {
    const text = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom(...'"\\{}[]:,0-.eE+ tn\n\ta'), fc.boolean())
      .map(([json, place, char, isCut]) => {
        const at = place % (json.length + 1);
        return isCut
          ? json.slice(0, at) + json.slice(at + 1)
          : json.slice(0, at) + char + json.slice(at);
      });
    const problemOf = (of: string) => {
      try {
        JSON.parse(of);
        return undefined;
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(text, (of) => {
        const problem = problemOf(of);
        const offset = jsonErrorOffset(of);
        expect(offset === undefined).toBe(problem === undefined);
        const said = /at position (\d+)/.exec(problem ?? "")?.[1];
        // Within a string or a word, Node may name a place some characters further on.
        if (said !== undefined) expect(Math.abs(Number(said) - (offset ?? -9))).toBeLessThan(6);
      }),
      { numRuns: 1000 },
    );
  });

  it("is described by line and column, without a quotation", () => {
    expect(jsonErrorPlace('{"a": s3cret}')).toBe("at column 7");
    expect(jsonErrorPlace('{\n  "a": 1,\n  b: 2\n}')).toBe("at line 3 column 3");
    expect(jsonErrorPlace('{\r\n"a": 1')).toBe("at line 2 column 7");
  });

  it("is found in linear time", () => {
    expect(jsonErrorOffset(`${"[".repeat(1e6)}x`)).toBe(1e6);
    expect(jsonErrorOffset(`"${"\\u0041".repeat(2e5)}`)).toBe(1 + 12e5);
  });
});
