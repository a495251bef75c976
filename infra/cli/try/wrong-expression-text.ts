import type { WrongExpressionError } from "../../../lib/explain/try-message.ts";
import { widthOf } from "../terminal/width.ts";

/** How much of a long expression is shown before and after the mistake. */
const BEFORE = 40;
const AFTER = 30;

/** The mistake, and below it the expression with a mark under the place where it stops being JMESPath. */
export function describeWrongExpression({
  message,
  expression,
  place,
}: Pick<WrongExpressionError, "message" | "expression" | "place">): string {
  const line = expression.replace(/\s/g, " ");
  const at = place ?? 0;
  const from = Math.max(0, at - BEFORE);
  const [before, after] = [line.slice(from, at), line.slice(at, at + AFTER)];
  const [open, close] = [from > 0 ? "…" : "", at + AFTER < line.length ? "…" : ""];
  const shown = `  ${open}${before}${after}${close}`;
  const mark = place === undefined ? [] : [`${" ".repeat(widthOf(`  ${open}${before}`))}^`];
  return [message.replace(/\s+/g, " "), shown, ...mark].join("\n");
}
