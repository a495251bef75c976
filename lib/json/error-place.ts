/**
 * Finds where a text stops being valid JSON, without quoting the text, which may contain secrets. `JSON.parse` gives
 * the place of some errors only.
 *
 * @returns a text like `at line 3 column 7`, or `at column 7` when the text has one line; both count from 1
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
 * The index at which a text stops being valid JSON (RFC 8259). When it ends too early, that is its length.
 *
 * @returns `undefined` when the text is valid JSON
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

/** Where the match of a pattern at `at` ends; `at` itself when it does not match. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
