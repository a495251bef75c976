/** The prefix of a name that was written in double quotes. No other name can begin with it. */
const MARK = "\0";

/** A text, a JSON literal, or a name in double quotes (captured). */
const QUOTED = /'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|"((?:\\.|[^"\\])*)"/gs;

/**
 * Marks the names in double quotes of an expression: its tree does not distinguish them from other names, and many of
 * them are texts that should be in single quotes.
 */
export function markQuotedNames(expression: string): string {
  return expression.replace(QUOTED, (token: string, name: string | undefined) =>
    name === undefined ? token : `"\\u0000${name}"`,
  );
}

/** A name without its mark. */
export function nameOf(marked: string): string {
  return marked.startsWith(MARK) ? marked.slice(MARK.length) : marked;
}

/** Whether a name was written in double quotes. */
export function isQuoted(marked: string): boolean {
  return marked.startsWith(MARK);
}

/** Whether a name was written in double quotes without needing them. */
export function isNeedlesslyQuoted(marked: string): boolean {
  return isQuoted(marked) && /^[A-Za-z_]\w*$/.test(nameOf(marked));
}
