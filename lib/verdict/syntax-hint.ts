/** A name, text or literal in its quotes. */
const QUOTED = /'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\])*"/gs;

/** Replaces quoted parts. */
const PLACE = "\0";

/** Whether an expression leaves a quote open. */
export function hasOpenQuote(expression: string): boolean {
  return /['"`]/.test(expression.replace(QUOTED, PLACE));
}

/** Syntax of other languages, and how JMESPath writes it. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/===/, "did you mean ==?"],
  [/!==|<>/, "did you mean !=?"],
  [/[^=!<>]=\s*-?\d/, "did you mean ==? A number stands in backticks, `200`"],
  [/(?:[=!<>]=|[<>]|\|\||&&)\s*-?\d|\d\s*(?:[=!<>]=|[<>])/, "a number stands in backticks, `200`"],
  [/\s(?:and|AND)\s/, "did you mean &&?"],
  [/\s(?:or|OR)\s/, "did you mean ||?"],
  [/(?:^|[\s(])(?:not|NOT)\s/, "did you mean !(...)?"],
  [/\s(?:in|IN)\s*\[/, "did you mean contains(['a', 'b'], body.x)?"],
  [/[\w)\]\0]\s*\[\s*\0\s*\]/, 'a member stands behind a dot, body.name or body."other name"'],
  [/\[\s*[A-Za-z_][^\]]*(?:[=!<>]=|[<>])/, "a filter begins with [?, body.items[?done]"],
];

/** A hint for an expression that does not parse; `""` when there is none. */
export function syntaxHint(expression: string): string {
  const bare = expression.replace(QUOTED, PLACE);
  return HINTS.find(([written]) => written.test(bare))?.[1] ?? "";
}
