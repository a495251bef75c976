import { compileExactly } from "../jmespath/compile-exactly.ts";
import { messageOf } from "../message-of.ts";
import { openQuoteIn } from "../verdict/syntax-hint.ts";

/**
 * Where an expression stops being JMESPath: the place of the first token that the parser cannot use. The library does
 * not say it, so it is found as the end of the longest beginning of the expression that could still go on: a token more
 * never makes a beginning possible again, so that a few beginnings of the text need to be parsed.
 *
 * @returns characters before that place; the expression's length: it ends too early; `undefined`: it is JMESPath
 */
export function syntaxPlace(expression: string): number | undefined {
  // The library silently closes an open quote.
  const openQuote = openQuoteIn(expression);
  if (openQuote !== undefined) return openQuote;
  const problem = problemOf(expression);
  if (problem === undefined) return undefined;
  if (ENDS_EARLY.test(problem)) return expression.length;
  const starts = [...expression.matchAll(TOKEN)].map(({ index }) => index);
  let [possible, impossible] = [0, starts.length];
  while (impossible - possible > 1) {
    const middle = Math.floor((possible + impossible) / 2);
    if (couldGoOn(expression.slice(0, starts[middle]))) possible = middle;
    else impossible = middle;
  }
  return starts[possible];
}

/** Tokens of JMESPath; those of one character, whatever it is, at the end. */
const TOKEN =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\$?\w+|-\d+|&&|\|\||[=!<>]=|\[[?\]]|\/\/|[^\s]/gs;

/** The parser met the end. */
const ENDS_EARLY = /\bEOF\b/;

function couldGoOn(beginning: string): boolean {
  const problem = problemOf(beginning);
  return problem === undefined || ENDS_EARLY.test(problem);
}

function problemOf(expression: string): string | undefined {
  try {
    compileExactly(expression);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
