/** A word, a `#name` or `:value` placeholder, an index, or a symbol of an expression. The last token marks the end. */
export interface Token {
  readonly kind: "word" | "name" | "value" | "index" | "symbol" | "end" | "unknown";
  readonly text: string;
}

const TOKEN =
  /\s*(?:(?<name>#\w+)|(?<value>:\w+)|(?<word>[A-Za-z_]\w*)|(?<index>\d+)|(?<symbol><>|<=|>=|[=<>()[\].,+-])|(?<unknown>\S))/y;

/** Splits an expression into tokens. A character that begins no token becomes `unknown`, which the parser refuses. */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(expression); match; match = pattern.exec(expression)) {
    const found = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined);
    if (found !== undefined) tokens.push({ kind: found[0] as Token["kind"], text: found[1] ?? "" });
  }
  return [...tokens, { kind: "end", text: "<EOF>" }];
}
