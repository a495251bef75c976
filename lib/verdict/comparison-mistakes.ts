import type { Expression } from "../jmespath/bounded-interpreter.ts";
import type { KnownValue } from "./known-value.ts";
import {
  Mistake,
  mistakeOfName,
  nameWithDash,
  textInDoubleQuotes,
  withArticle,
} from "./mistake-messages.ts";
import { isNeedlesslyQuoted, isQuoted } from "./quoted-names.ts";

type Comparison = Extract<Expression, { type: "Comparator" }>;

const SIGNS = { EQ: "==", NE: "!=", GT: ">", GTE: ">=", LT: "<", LTE: "<=" } as const;

/** The mistake in a comparison, from what is known of its operands; `undefined`: none. */
export function mistakeOfComparison(
  node: Comparison,
  left: KnownValue,
  right: KnownValue,
): Mistake | undefined {
  return (
    mistakeOfOperandNames(node) ??
    comparedComparison(node, right) ??
    comparedDash(node, left, right) ??
    sameForEveryResponse(node, left, right) ??
    (node.name === "EQ" || node.name === "NE"
      ? (neverEqual(left, right) ?? neverEqual(right, left))
      : (neverOrdered(node, left, right) ?? neverOrdered(node, right, left)))
  );
}

function mistakeOfOperandNames({ left, right }: Comparison): Mistake | undefined {
  for (const operand of [left, right]) {
    const mistake = operand.type === "Field" ? mistakeOfName(operand.name) : undefined;
    if (mistake !== undefined) return mistake;
  }
  // When both operands are quoted names, one may really be a member: the one that needs its quotes.
  if (right.type === "Field" && left.type !== "Literal") {
    const needsQuotes = isQuoted(right.name) && !isNeedlesslyQuoted(right.name);
    const isText = needsQuotes ? !isQuotedField(left) : isQuoted(right.name);
    if (isText) return textInDoubleQuotes(right.name);
  }
  if (left.type === "Field" && isNeedlesslyQuoted(left.name)) {
    if (right.type === "Field" && !isQuoted(right.name)) return textInDoubleQuotes(left.name);
  }
  return undefined;
}

function isQuotedField(node: Expression): boolean {
  return node.type === "Field" && isQuoted(node.name);
}

/** `a == b == c` compares the boolean result of `a == b` with `c`. */
function comparedComparison({ left, right }: Comparison, known: KnownValue): Mistake | undefined {
  if (left.type !== "Comparator") return undefined;
  const isYesOrNo =
    known.type === "boolean" || right.type === "Comparator" || right.type === "NotExpression";
  if (isYesOrNo) return undefined;
  return new Mistake(
    "must not compare a comparison, which is true or false: did you mean two of them with && between?",
  );
}

/** `a.job-state` is `a.job` minus `state`, and a difference is no text. */
function comparedDash(
  { left, right }: Comparison,
  one: KnownValue,
  other: KnownValue,
): Mistake | undefined {
  const isDash = (node: Expression) => node.type === "Arithmetic" && node.operator === "Minus";
  const isMeant = (isDash(left) && other.type === "text") || (isDash(right) && one.type === "text");
  return isMeant ? nameWithDash() : undefined;
}

function sameForEveryResponse(
  { name }: Comparison,
  left: KnownValue,
  right: KnownValue,
): Mistake | undefined {
  if (left.constant === undefined || right.constant === undefined) return undefined;
  return new Mistake(
    `must compare something of the response, both sides of ${SIGNS[name]} are the same for every response: write paths without quotes`,
  );
}

function neverEqual(value: KnownValue, other: KnownValue): Mistake | undefined {
  const { constant } = value;
  if (constant === undefined || constant === null) return undefined;
  if (value.type === undefined || other.type === undefined) return undefined;
  if (value.type === other.type) {
    const reason = other.never?.(constant);
    return reason ? new Mistake(`must compare what can be equal, ${reason}`) : undefined;
  }
  return new Mistake(
    `must compare what can be equal, ${withArticle(other.type)} is never equal to ${withArticle(value.type)}${hint(constant, other)}`,
  );
}

function hint(constant: KnownValue["constant"], { type, mistakenFor }: KnownValue): string {
  const asJson = typeof constant === "string" && /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(constant);
  if (asJson && (type === "number" || type === "boolean")) {
    return `: a ${type} stands in backticks, \`${type === "number" ? "200" : "true"}\``;
  }
  if (mistakenFor !== undefined && typeof constant === "string") {
    return `: did you mean ${mistakenFor}?`;
  }
  if (type === "list") return ": did you mean contains(list, ...), or one of it by | [0]?";
  if (type === "text") return ": a text stands in single quotes, 'like this'";
  return "";
}

/** `<`, `<=`, `>` and `>=` compare numbers only. */
function neverOrdered(
  { name }: Comparison,
  value: KnownValue,
  other: KnownValue,
): Mistake | undefined {
  const { type, constant } = value;
  if (type === undefined || type === "number") return undefined;
  // A comparison of two texts is reported after evaluation, with the response's values.
  if (type === "text" && other.type !== "number") return undefined;
  const isPlainText = type === "text" && constant === undefined;
  return new Mistake(
    `must compare numbers by ${SIGNS[name]}, got ${withArticle(type)}${isPlainText ? ": did you mean to_number(...)?" : ""}`,
  );
}
