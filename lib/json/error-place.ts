/**
 * Says where a text stops being JSON, without quoting it: it may hold secrets. `JSON.parse` says it of some errors only.
 *
 * @returns like `at line 3 column 7`, or `at column 7` where the text has one line; both count from 1
 */
export function jsonErrorPlace(text: string): string {
  const before = text.slice(0, jsonErrorOffset(text) ?? text.length);
  const column = `column ${before.length - before.lastIndexOf("\n")}`;
  return text.includes("\n") ? `at line ${before.split("\n").length} ${column}` : `at ${column}`;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has them only escaped (RFC 8259 section 7)
const STRING_START = /"(?:[^"\\\0-\x1f]+|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*/y;

/**
 * Where a text stops being JSON (RFC 8259); its length, where it ends too early.
 *
 * @returns `undefined` when it is JSON
 */
export function jsonErrorOffset(text: string): number | undefined {
  const open: ("array" | "object")[] = [];
  let expected: "value" | "first value" | "name" | "first name" | "colon" | "end of value" =
    "value";
  let at = endOf(SPACE, text, 0);
  for (; at < text.length; at = endOf(SPACE, text, at)) {
    const char = text[at] ?? "";
    if (expected === "end of value") {
      const container = open.at(-1);
      if (char === "," && container !== undefined) {
        expected = container === "array" ? "value" : "name";
      } else if (char === (container === "array" ? "]" : "}") && container !== undefined) {
        open.pop();
      } else return at;
      at++;
    } else if (expected === "colon") {
      if (char !== ":") return at;
      expected = "value";
      at++;
    } else if (char === '"') {
      at = endOf(STRING_START, text, at);
      if (text[at] !== '"') return at;
      expected = expected.endsWith("name") ? "colon" : "end of value";
      at++;
    } else if (
      (expected === "first value" && char === "]") ||
      (expected === "first name" && char === "}")
    ) {
      open.pop();
      expected = "end of value";
      at++;
    } else if (expected.endsWith("name")) {
      return at;
    } else if (char === "[" || char === "{") {
      open.push(char === "[" ? "array" : "object");
      expected = char === "[" ? "first value" : "first name";
      at++;
    } else {
      const end = Math.max(endOf(NUMBER, text, at), endOf(LITERAL, text, at));
      if (end === at) return at;
      expected = "end of value";
      at = end;
    }
  }
  return expected === "end of value" && open.length === 0 ? undefined : text.length;
}

/** Where a pattern that matches at a place ends; that place, where it does not match. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
