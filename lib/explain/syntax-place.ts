import { compileExactly } from "../jmespath/compile-exactly.ts";
import { messageOf } from "../message-of.ts";
import { hasOpenQuote } from "../verdict/syntax-hint.ts";

/**
 * Where an expression stops being JMESPath: the place of the first token that the parser cannot use. The library does
 * not say it, so it is found as the longest beginning of the expression that could still go on.
 *
 * @returns characters before that place; the expression's length: it ends too early; `undefined`: it is JMESPath
 */
export function syntaxPlace(expression: string): number | undefined {
  // The library silently closes an open quote.
  if (hasOpenQuote(expression)) return lastOpenQuote(expression);
  const problem = problemOf(expression);
  if (problem === undefined) return undefined;
  if (ENDS_EARLY.test(problem)) return expression.length;
  let place = expression.length - 1;
  while (place > 0 && !couldGoOn(expression.slice(0, place))) place--;
  return expression.length - expression.slice(place).trimStart().length;
}

/** The parser met the end. */
const ENDS_EARLY = /\bEOF\b/;

function couldGoOn(beginning: string): boolean {
  if (hasOpenQuote(beginning)) return false;
  const problem = problemOf(beginning);
  return problem === undefined || ENDS_EARLY.test(problem);
}

/** The quote that is never closed: the expression before it has none that is open. */
function lastOpenQuote(expression: string): number {
  let place = expression.length;
  while (place > 0 && hasOpenQuote(expression.slice(0, place))) place--;
  return place;
}

function problemOf(expression: string): string | undefined {
  try {
    compileExactly(expression);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
