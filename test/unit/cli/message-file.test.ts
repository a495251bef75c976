import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameAll, nameOf, splitMessages } from "../../../infra/cli/submit/message-file.ts";

describe("splitMessages", () => {
  it("reads JSON Lines, including blank lines and CRLF", () => {
    expect(splitMessages('{"a":1}\r\n\r\n  {"b":2}\n')).toEqual([
      { line: 1, text: '{"a":1}' },
      { line: 3, text: '{"b":2}' },
    ]);
  });

  it("reads one object over several lines, and keeps its text", () => {
    const text = '\n{\n  "a": 1.50\n}\n';
    expect(splitMessages(text)).toEqual([{ line: 2, text: text.trim() }]);
  });

  it("reads an array: each element with its text and its line number", () => {
    const text = '[\n  {"a": [1, 2]},\n  {"b": "]},\\"["},\n  12345678901234567890\n]';
    expect(splitMessages(text)).toEqual([
      { line: 2, element: 1, text: '{"a": [1, 2]}' },
      { line: 3, element: 2, text: '{"b": "]},\\"["}' },
      { line: 4, element: 3, text: "12345678901234567890" },
    ]);
  });

  it("does not break lines at U+2028, which a JSON string may contain", () => {
    expect(splitMessages('{"a":"\u2028"}')).toHaveLength(1);
  });

  it("returns a broken line as it is, with its number: the caller checks it", () => {
    expect(splitMessages('{"a":1}\n{"b":\n{"c":3}')).toHaveLength(3);
    expect(splitMessages('{"a":\n{"b":2}')).toEqual([
      { line: 1, text: '{"a":' },
      { line: 2, text: '{"b":2}' },
    ]);
  });

  it("escapes characters that JSON strings allow and SQS refuses", () => {
    expect(splitMessages('{"a":"\uFFFE\uFFFF"}')).toEqual([
      { line: 1, text: String.raw`{"a":"\ufffe\uffff"}` },
    ]);
  });

  it.each(["", " \n\n", "[]", "[ ]"])("says that there is no message in %j", (text) => {
    expect(() => splitMessages(text)).toThrow("no message");
  });

  it("says where an array is broken, without quoting it", () => {
    const broken = () => splitMessages('[\n{"token":"s3cret"},\n{"b" 2}\n]');
    expect(broken).toThrow("the array is not valid JSON: at line 3 column 6");
    expect(broken).not.toThrow(/s3cret/);
  });

  it("says where an object over several lines is broken", () => {
    const broken = () => splitMessages('\n{\n  "token": "s3cret"\n  "b": 2\n}');
    expect(broken).toThrow("the object is not valid JSON: at line 4 column 3");
  });

  it("returns the elements of any array, however it is formatted", () => {
    const layouts = fc.constantFrom(undefined, 1, "\t");
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), layouts, (values, indent) => {
        const split = splitMessages(JSON.stringify(values, undefined, indent));
        expect(split.map(({ text }) => JSON.stringify(JSON.parse(text)))).toEqual(
          values.map((value) => JSON.stringify(value)),
        );
      }),
    );
  });
});

describe("names in errors", () => {
  it("are line numbers, or elements with their line number", () => {
    expect(nameOf({ line: 7, text: "" })).toBe("line 7");
    expect(nameOf({ line: 7, element: 3, text: "" })).toBe("message 3 (line 7)");
  });

  it("join consecutive numbers into ranges", () => {
    const lines = [12, 3, 7, 8, 9].map((line) => ({ line, text: "" }));
    expect(nameAll(lines)).toBe("lines 3, 7-9, 12");
    expect(nameAll([{ line: 1, element: 4, text: "" }])).toBe("message 4");
  });
});
