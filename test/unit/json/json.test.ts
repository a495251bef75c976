import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isJsonObject,
  JsonError,
  numberOf,
  parseJson,
  parseJsonExactly,
  toJson,
} from "../../../lib/json/json.ts";
import { MAX_JSON_DEPTH } from "../../../lib/limits.ts";
import { anyText } from "../../support/any-text.ts";

/** JSON numbers in every form: more digits than a double holds, exponents, negative zero. */
const numberText = fc.stringMatching(/^-?(0|[1-9]\d{0,40})(\.\d{1,30})?([eE][+-]?\d{1,4})?$/);
const stringText = anyText().map((text) => JSON.stringify(text));

/** Any JSON text without spaces, which must stay the same. */
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom("null", "true", "false"),
    numberText,
    stringText,
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .dictionary(fc.stringMatching(/^[a-zA-Z_]{1,9}$/), tie("value"), { maxKeys: 4 })
      .map((members) => {
        const written = Object.entries(members).map(([name, value]) => `"${name}":${value}`);
        return `{${written.join(",")}}`;
      }),
  ),
})).value;

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

const problemOf = (text: string): unknown => {
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe("parseJsonExactly and toJson", () => {
  it("return any JSON as it was written, including the digits of its numbers", () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const escaped = text.replaceAll("\uFFFE", "\\ufffe").replaceAll("\uFFFF", "\\uffff");
        expect(toJson(parseJsonExactly(text))).toBe(escaped);
      }),
    );
  });

  it.each([
    "1.0",
    "-0",
    "1E2",
    "12345678901234567890",
    "0.1000000000000000055511151231257827",
    "1e400",
  ])("keep %s, and numberOf reads it", (text) => {
    const value = parseJsonExactly(text);
    expect(toJson(value)).toBe(text);
    expect(numberOf(value)).toBe(Number(text));
  });

  it("keep members named __proto__ and constructor", () => {
    const text = '{"__proto__":{"polluted":1},"constructor":2}';
    expect(toJson(parseJsonExactly(text))).toBe(text);
    expect("polluted" in {}).toBe(false);
  });
});

describe("parseJsonExactly", () => {
  it("accepts the same texts as JSON.parse, with the same values", () => {
    const anyPiece = fc.constantFrom(..."[]{},:", " ", "\n", '"', '"a"', "\\", "-", "1.0", "1e400");
    const almostJson = fc
      .tuple(jsonText, fc.nat(), fc.nat({ max: 3 }), anyPiece)
      .map(([text, at, cut, piece]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + piece + text.slice(place + cut);
      });
    fc.assert(
      fc.property(fc.oneof(jsonText, almostJson), (text) => {
        const parsed = (parse: (text: string) => unknown) => {
          try {
            return JSON.stringify(doublesIn(parse(text)));
          } catch {
            return undefined;
          }
        };
        expect(parsed(parseJsonExactly)).toBe(parsed(JSON.parse));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(["{1.0:2}", '{"a":1,1.0 :2}', "[01]", "[1.]", "[-]", "[1.0 2]", "[1.0x]", '[1.0"a"]'])(
    "refuses %s",
    (text) => expect(() => parseJsonExactly(text)).toThrow("is not valid JSON"),
  );

  it("stops at the limit of values", () => {
    const list = (values: number) => `[${Array(values).fill("1.0").join()}]`;
    expect(parseJsonExactly(list(9), { maxValues: 10 })).toHaveLength(9);
    expect(() => parseJsonExactly(list(11), { maxValues: 10 })).toThrow(
      "holds more than 10 JSON values",
    );
  });
});

/** A value with its numbers as doubles. */
function doublesIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(doublesIn);
  if (!isJsonObject(value)) return numberOf(value) ?? value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, doublesIn(member)]),
  );
}

describe("toJson", () => {
  it("writes the same value in characters that SQS accepts (those of XML 1.0)", () => {
    // SendMessage: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
    const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
    const anyString = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => {
      return String.fromCharCode(...codes, 0xfffe, 0xffff, 0xd800);
    });
    fc.assert(
      fc.property(anyString, (text) => {
        const written = toJson({ [text]: text });
        expect(written).toMatch(allowed);
        expect(JSON.parse(written)).toEqual({ [text]: text });
      }),
    );
  });

  it.each([undefined, () => 1, Symbol("s")])("refuses a value without a JSON form: %s", (value) => {
    expect(() => toJson(value)).toThrow(TypeError);
  });
});

describe("parseJson", () => {
  it(`takes ${MAX_JSON_DEPTH} levels and refuses one more`, () => {
    expect(problemOf(nested(MAX_JSON_DEPTH))).toBeUndefined();
    expect(problemOf(nested(MAX_JSON_DEPTH + 1))).toBeInstanceOf(JsonError);
    expect(problemOf(nested(400_000))).toBeInstanceOf(JsonError);
  });

  it.each([
    JSON.stringify("[".repeat(100)),
    JSON.stringify(`"${"{".repeat(100)}`),
    JSON.stringify(`\\"${"{".repeat(100)}\\`),
    `[${"[],".repeat(100)}[]]`,
  ])("counts only open brackets, outside strings: %.20s...", (text) => {
    expect(problemOf(text)).toBeUndefined();
  });

  it.each(["", "{", "{secret}", '{"a":secret}', "secret", "'secret'", '["secret"', "\uFEFF{}"])(
    "refuses %j without quoting it",
    (text) => {
      const error = problemOf(text);
      expect(error).toBeInstanceOf(JsonError);
      expect(error).toHaveProperty("message", "is not valid JSON");
    },
  );
});

describe("isJsonObject", () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    ["{}", false],
    [1, false],
    [undefined, false],
  ])("%j: %s", (value, expected) => expect(isJsonObject(value)).toBe(expected));

  it("is false for a number that keeps its digits", () => {
    expect(isJsonObject(parseJsonExactly("1.0"))).toBe(false);
  });
});

describe("numberOf", () => {
  it.each([null, undefined, "1", true, {}, [1], { rawJSON: "1" }])(
    "is undefined for %j",
    (value) => {
      expect(numberOf(value)).toBeUndefined();
    },
  );
});
