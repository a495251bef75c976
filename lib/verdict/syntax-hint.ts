/** A name, text or literal in its quotes. */
const QUOTED = /'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\])*"/gs;

/** Replaces quoted parts; texts in single quotes are told apart from other ones. */
const PLACE = "\0";
const TEXT_PLACE = "\0'";

/** Where an expression leaves a quote open; `undefined`: nowhere. */
export function openQuoteIn(expression: string): number | undefined {
  const bare = expression.replace(QUOTED, (quoted) => PLACE.repeat(quoted.length));
  const place = bare.search(/['"`]/);
  return place < 0 ? undefined : place;
}

const TEXT_HINT = "a text stands in single quotes, 'like this'";

/** Syntax of other languages, and how JMESPath writes it. The first that fits counts. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/[“”„‘’]/, "a text stands in straight quotes, 'like this'"],
  [/^\s*(?:https?:|\/)/, TEXT_HINT],
  [/\{\{|\{%|\$\{/, "the expression stands alone, without {{ }}"],
  [/===/, "did you mean ==?"],
  [/!==|<>/, "did you mean !=?"],
  [/[^=!<>]=\s*-?\d/, "did you mean ==? A number stands in backticks, `200`"],
  [/(?:[=!<>]=|[<>]|\|\||&&)\s*-?\d|\d\s*(?:[=!<>]=|[<>])/, "a number stands in backticks, `200`"],
  [/\s(?:and|AND)\s/, "did you mean &&?"],
  [/\s(?:or|OR)\s/, "did you mean ||?"],
  [/\s(?:ne|NE|is\s+not|IS\s+NOT)\s/, "did you mean !=?"],
  [/\s(?:eq|EQ|is|IS|equals|EQUALS)\s/, "did you mean ==?"],
  [/(?:^|[\s(])(?:not|NOT)\s/, "did you mean !(...)?"],
  [/\s(?:in|IN)\s*\[/, "did you mean contains(['a', 'b'], body.x)?"],
  [/=~|~=|\s(?:like|LIKE|matches|MATCHES)\s/, "did you mean contains(body.x, 'a')?"],
  [/[\w)\]\0]\s*\[\s*\0'?\s*\]/, 'a member stands behind a dot, body.name or body."other name"'],
  [/\.\s*\0'/, 'a member with other characters stands in double quotes, body."other name"'],
  [/[\w\])]\.\s*\[?\d/, "an element stands in brackets, body.items[0]"],
  [/\[\s*[A-Za-z_][^\]]*(?:[=!<>]=|[<>])|=>/, "a filter begins with [?, body.items[?done]"],
  [/(?:^|[\s(!])\.\s*[A-Za-z_\0]/, "a path begins with a name, body.state"],
  [/[\w)\]\0']\s*&\s*[^&\s]/, "did you mean &&?"],
  [/;\s*$/, "the expression stands alone, without ;"],
];

/** A hint for an expression that does not parse; `""` when there is none. */
export function syntaxHint(expression: string): string {
  const tokens = expression.match(QUOTED) ?? [];
  if (tokens.some((token) => token.startsWith("`") && !isJson(token.slice(1, -1)))) {
    return TEXT_HINT;
  }
  const bare = expression.replace(QUOTED, (token) => (token.startsWith("'") ? TEXT_PLACE : PLACE));
  return HINTS.find(([written]) => written.test(bare))?.[1] ?? "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replaceAll("\\`", "`"));
    return true;
  } catch {
    return false;
  }
}
