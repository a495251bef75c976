import type { JSONValue } from "@jmespath-community/jmespath";
import { type Expression, evaluateWithin } from "../jmespath/bounded-interpreter.ts";
import { compileExactly } from "../jmespath/compile-exactly.ts";
import { createEvaluationBudget, type EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { operands } from "../jmespath/operands.ts";
import { writeExpression } from "../jmespath/write-expression.ts";
import { numberOf } from "../json/json.ts";
import { messageOf } from "../message-of.ts";
import { whyMissing } from "./missing-value.ts";
import type { Show } from "./shown-value.ts";

/** A part of an expression, and what it gave on an answer. */
export interface ExpressionPart {
  readonly expression: string;
  /** Short JSON. Absent: it could not be evaluated, as `error` says. */
  readonly value?: string;
  readonly error?: string;
  /** What may be wrong with it: where a path breaks off and what is there, or why a comparison cannot be true. */
  readonly note?: string;
  readonly parts?: readonly ExpressionPart[];
}

/** More parts would not be read. */
const MOST_PARTS = 40;

/** A place in an expression: how its parts are evaluated, and what they are read from. */
interface Place {
  readonly facts: JSONValue;
  readonly show: Show;
  readonly budget: EvaluationBudget;
  /** Puts a part where it stands, so that the interpreter evaluates it with its context and variables. */
  readonly inContext: (part: Expression) => Expression;
  /** How its context is called; `""`: the input of expressions. */
  readonly context: string;
  readonly left: { parts: number };
}

type Value = { readonly value: JSONValue } | { readonly error: string };

/**
 * Evaluates the parts of an expression one by one, with the interpreter that evaluates the whole.
 *
 * @param text an expression that compiles
 * @param facts what expressions see
 */
export function expressionParts(text: string, facts: JSONValue, show: Show): ExpressionPart {
  const place: Place = {
    facts,
    show,
    budget: createEvaluationBudget(),
    inContext: (part) => part,
    context: "",
    left: { parts: MOST_PARTS },
  };
  return { ...partOf(compileExactly(text), place), expression: text };
}

function partOf(node: Expression, place: Place): ExpressionPart {
  place.left.parts--;
  const found = evaluated(node, place);
  const note = "value" in found ? noteOn(node, found.value, place) : undefined;
  const parts = partsOf(node, found, place);
  const isSaidWithin = parts.some((part) => part.note === note);
  return {
    expression: writeExpression(node),
    ...("value" in found ? { value: place.show.value(found.value) } : found),
    ...(note !== undefined && !isSaidWithin && { note }),
    ...(parts.length > 0 && { parts }),
  };
}

function partsOf(node: Expression, found: Value, place: Place): ExpressionPart[] {
  const show = (...nodes: readonly Expression[]) =>
    nodes.flatMap((part) =>
      part.type === "Literal" || place.left.parts <= 0 ? [] : [partOf(part, place)],
    );
  switch (node.type) {
    case "OrExpression":
    case "AndExpression":
      return show(...operands(node, node.type));
    case "Comparator":
    case "Arithmetic":
      return show(node.left, node.right);
    case "NotExpression":
      return show(node.child);
    case "Unary":
      return show(node.operand);
    case "Ternary":
      return show(node.condition, node.trueExpr, node.falseExpr);
    case "Function":
      return show(...node.children.filter(({ type }) => type !== "ExpressionReference"));
    case "MultiSelectList":
      return show(...node.children);
    case "MultiSelectHash":
      return show(...node.children.map(({ value }) => value));
    case "Pipe":
      return [...show(node.left), ...within(node.right, pipedFrom(node.left, place))];
    case "LetExpression": {
      const { bindings } = node;
      const put = (part: Expression): Expression => ({ ...node, bindings, expression: part });
      return within(node.expression, {
        ...place,
        inContext: (part) => place.inContext(put(part)),
      });
    }
    case "FilterProjection":
      return isEmptyList(found) ? [...show(node.left), ...firstElement(node, place)] : [];
    case "Projection":
    case "ValueProjection":
      return isEmptyList(found) ? show(node.left) : [];
    default:
      return [];
  }
}

function within(node: Expression, place: Place): ExpressionPart[] {
  const isPlain = node.type === "Literal" || node.type === "Index" || node.type === "Slice";
  return isPlain || place.left.parts <= 0 ? [] : [partOf(node, place)];
}

/** Where no element passes a filter, its condition is shown on the first one. */
function firstElement(
  { left, condition }: Extract<Expression, { type: "FilterProjection" }>,
  place: Place,
): ExpressionPart[] {
  const list = evaluated(left, place);
  if (!("value" in list) || !Array.isArray(list.value) || list.value.length === 0) return [];
  const first: Expression = { type: "IndexExpression", left, right: { type: "Index", value: 0 } };
  return within(condition, pipedFrom(first, place));
}

function isEmptyList(found: Value): boolean {
  return "value" in found && Array.isArray(found.value) && found.value.length === 0;
}

function pipedFrom(left: Expression, place: Place): Place {
  const name = writeExpression(left);
  return {
    ...place,
    inContext: (right) => place.inContext({ type: "Pipe", left, right }),
    context: place.context === "" ? name : `${place.context}.${name}`,
  };
}

function evaluated(node: Expression, { facts, budget, inContext, show }: Place): Value {
  try {
    return { value: evaluateWithin(budget, inContext(node), facts) ?? null };
  } catch (error) {
    return { error: show.text(messageOf(error)) };
  }
}

function noteOn(node: Expression, value: JSONValue, place: Place): string | undefined {
  if (node.type === "Comparator") return noteOnComparison(node, value, place);
  if (value !== null) return undefined;
  const read = (part: Expression) => {
    const found = evaluated(part, place);
    return "value" in found ? found.value : undefined;
  };
  return whyMissing(node, read, place.context, read({ type: "Current" }), place.show);
}

function noteOnComparison(
  node: Extract<Expression, { type: "Comparator" }>,
  value: JSONValue,
  place: Place,
): string | undefined {
  const [left, right] = [evaluated(node.left, place), evaluated(node.right, place)];
  if (!("value" in left) || !("value" in right)) return undefined;
  const [one, other] = [left.value, right.value];
  const kinds = [kindOf(one), kindOf(other)];
  if (kinds.includes("null") || kinds.includes("")) return undefined;
  if (value === null) return "only numbers have an order: to_number(...) makes one of a text";
  if (value === true || node.name !== "EQ") return undefined;
  if (kinds[0] !== kinds[1]) return `${kinds[0]} is never equal to ${kinds[1]}`;
  const isText = typeof one === "string" && typeof other === "string";
  return isText && one.toLowerCase() === other.toLowerCase()
    ? "they differ only in upper and lower case: lower(...) makes it all lower"
    : undefined;
}

function kindOf(value: JSONValue): string {
  if (value === null) return "null";
  if (numberOf(value) !== undefined) return "a number";
  if (typeof value === "string") return "a text";
  return typeof value === "boolean" ? "true or false" : "";
}
