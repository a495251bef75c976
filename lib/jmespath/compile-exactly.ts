import { markNumbers, unmarkNumbers } from "../json/json.ts";
import type { Expression } from "./bounded-interpreter.ts";
import { compilePaths } from "./compile-paths.ts";

/**
 * Compiles a JMESPath expression and keeps the digits of the numbers in its literals.
 *
 * @throws the library's error when the text is not an expression
 */
export function compileExactly(text: string): Expression {
  const marked = text.replace(QUOTED, (quoted) => {
    if (!quoted.startsWith("`")) return quoted;
    const json = quoted.slice(1, -1);
    return `\`${markNumbers(json, { maxDepth: Number.POSITIVE_INFINITY })}\``;
  });
  const tree = compilePaths(marked);
  if (marked !== text) unmarkNumbers(tree);
  return tree;
}

/** Quoted names, texts and literals. */
const QUOTED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/gs;
