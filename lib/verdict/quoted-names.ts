/** Stands before a name that was written in double quotes; no other name can begin with it. */
const MARK = "\0";

/** A text or JSON literal as it is, or what stands in double quotes. */
const QUOTED = /'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|"((?:\\.|[^"\\])*)"/gs;

/**
 * Marks the names of an expression that stand in double quotes: a tree does not tell them from others, and many of
 * them are texts that should stand in single quotes.
 */
export function markQuotedNames(expression: string): string {
  return expression.replace(QUOTED, (token: string, name: string | undefined) =>
    name === undefined ? token : `"\\u0000${name}"`,
  );
}

/** A name of a marked expression, as the unmarked one has it. */
export function nameOf(marked: string): string {
  return marked.startsWith(MARK) ? marked.slice(MARK.length) : marked;
}

/** Tells whether a name stands in double quotes. */
export function isQuoted(marked: string): boolean {
  return marked.startsWith(MARK);
}

/** Tells whether a name stands in double quotes and needs none. */
export function isNeedlesslyQuoted(marked: string): boolean {
  return isQuoted(marked) && /^[A-Za-z_]\w*$/.test(nameOf(marked));
}
