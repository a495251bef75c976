import { type compile, type JSONValue, TreeInterpreter } from "@jmespath-community/jmespath";
import { equalWithin } from "./equality.ts";
import { createEvaluationBudget, type EvaluationBudget, spendWalk } from "./evaluation-budget.ts";
import { calculated, negated } from "./exact-integers.ts";
import {
  asDouble,
  callOnNumbers,
  compareWithin,
  isNumber,
  libraryArguments,
} from "./exact-numbers.ts";
import { functionSteps, sortSteps } from "./function-steps.ts";
import { isFalse } from "./is-false.ts";
import { trimmed } from "./trim.ts";

/** A compiled JMESPath expression. */
export type Expression = ReturnType<typeof compile>;

type Interpreter = typeof TreeInterpreter;
type Visit = Interpreter["visit"];

/** The steps for a scope, which needs a new interpreter. */
const SCOPE_STEPS = 2000;

/**
 * Evaluates an expression and counts its steps. Only own properties are found, so `constructor` and `__proto__` are
 * ordinary names. A value of the response is never used as an expression. Numbers that keep their digits are compared
 * exactly. `+ - * // %`, `sum`, `abs`, `floor` and `ceil` are exact for integers; all other arithmetic uses doubles.
 *
 * @throws {TooManyStepsError} and any error that the library throws when types do not fit
 */
export function evaluateWithin(
  budget: EvaluationBudget,
  tree: Expression,
  facts: JSONValue,
): JSONValue {
  current = budget;
  try {
    return interpreter.search(tree, facts);
  } finally {
    interpreter.search({ type: "Literal", value: null }, null);
  }
}

/** The budget of the running evaluation. Making an interpreter for each evaluation would cost too much. */
let current: EvaluationBudget = createEvaluationBudget();

/** A separate instance: functions of interpreters that `withScope` makes call back the library's shared instance. */
const interpreter = bounded(Reflect.construct(TreeInterpreter.constructor, []));

function bounded(interpreter: Interpreter): Interpreter {
  const visit = interpreter.visit.bind(interpreter);
  const withScope = interpreter.withScope.bind(interpreter);
  interpreter.withScope = (scope) => {
    current.spend(SCOPE_STEPS);
    return bounded(withScope(scope));
  };
  interpreter.visit = (node, value) => {
    const budget = current;
    budget.spend(1);
    switch (node.type) {
      case "Field":
        return ownMember(value, node.name);
      case "Slice":
        budget.spend(lengthOf(value));
        return visit(node, value);
      case "Flatten":
        return flattened(interpreter.visit(node.child, value), budget);
      case "Comparator": {
        const [first, second] = [
          interpreter.visit(node.left, value),
          interpreter.visit(node.right, value),
        ];
        if (isNullBesideValue(node, first, second)) budget.notes.add("compared null");
        if (node.name !== "EQ" && node.name !== "NE") {
          return isOrdered(budget, node.name, first, second);
        }
        const isEqual = equalWithin(budget, first, second);
        if (!isEqual) noteDifference(budget, first, second);
        return node.name === "EQ" ? isEqual : !isEqual;
      }
      case "OrExpression": {
        const left = interpreter.visit(node.left, value);
        return isFalse(left) ? interpreter.visit(node.right, value) : left;
      }
      case "AndExpression": {
        const left = interpreter.visit(node.left, value);
        return isFalse(left) ? left : interpreter.visit(node.right, value);
      }
      case "NotExpression":
        return isFalse(interpreter.visit(node.child, value));
      case "Ternary": {
        const { condition, trueExpr, falseExpr } = node;
        const chosen = isFalse(interpreter.visit(condition, value)) ? falseExpr : trueExpr;
        return interpreter.visit(chosen, value);
      }
      case "FilterProjection":
        return filtered(interpreter, node, value);
      case "ValueProjection": {
        const left = interpreter.visit(node.left, value);
        return visit({ ...node, left: literal(isNumber(left) ? null : left) }, value);
      }
      case "Arithmetic": {
        const [left, right] = [
          interpreter.visit(node.left, value),
          interpreter.visit(node.right, value),
        ];
        const exact = calculated(budget, node.operator, left, right);
        if (exact !== undefined) return exact as Visited;
        const doubles = { left: literal(asDouble(left)), right: literal(asDouble(right)) };
        return visit({ ...node, ...doubles }, value);
      }
      case "Unary": {
        const operand = interpreter.visit(node.operand, value);
        const exact = negated(operand);
        if (exact !== undefined) return (node.operator === "Minus" ? exact : operand) as Visited;
        return visit({ ...node, operand: literal(operand) }, value);
      }
      case "Function": {
        const args = node.children.map((child) => argument(interpreter.visit(child, value), child));
        const doubles = libraryArguments(node.name, args);
        budget.spend(functionSteps(node.name, doubles));
        const keys = BY_KEY.has(node.name) ? keysOf(args, interpreter.visit) : [];
        if (node.name === "sort_by") budget.spend(sortSteps(keys));
        if (node.name === "to_string") spendWalk(budget, args[0], 1);
        const onNumbers = callOnNumbers(budget, node.name, args, keys);
        if (onNumbers !== undefined) return onNumbers.value as Visited;
        return trimmed(node.name, args) ?? interpreter.runtime.callFunction(node.name, doubles);
      }
      default:
        return visit(node, value);
    }
  };
  return interpreter;
}

type Visited = ReturnType<Visit>;

function ownMember(value: Parameters<Visit>[1], name: string): Visited {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  if (isNumber(value)) return null;
  return Object.hasOwn(value, name)
    ? ((value as { [member: string]: JSONValue })[name] ?? null)
    : null;
}

/** Functions that order elements by a key that an expression computes. */
const BY_KEY = new Set(["max_by", "min_by", "sort_by"]);

/** Wraps a computed value as an expression node. */
function literal(value: Visited): Expression {
  return { type: "Literal", value: value as JSONValue };
}

function isNullBesideValue(
  { left, right }: Extract<Expression, { type: "Comparator" }>,
  first: Visited,
  second: Visited,
): boolean {
  const isFound = (value: Visited, written: Expression) =>
    value === null && written.type !== "Literal";
  return isFound(first, left) ? second !== null : isFound(second, right) && first !== null;
}

function noteDifference({ notes }: EvaluationBudget, first: Visited, second: Visited): void {
  if (first === null || second === null) return;
  if (typeOf(first) !== typeOf(second)) notes.add("compared types");
  else if (typeof first === "string" && typeof second === "string" && isSameWord(first, second)) {
    notes.add("compared cases");
  }
}

function typeOf(value: Visited): string {
  if (isNumber(value)) return "number";
  return Array.isArray(value) ? "list" : typeof value;
}

function isSameWord(first: string, second: string): boolean {
  return (
    first.length === second.length &&
    first.length <= LONGEST_WORD &&
    first.toLowerCase() === second.toLowerCase()
  );
}

/** A state's name is shorter, and a longer text would have to be counted as steps. */
const LONGEST_WORD = 64;

/** `null` when an operand is not a number: JMESPath orders only numbers. */
function isOrdered(
  budget: EvaluationBudget,
  comparator: "GT" | "GTE" | "LT" | "LTE",
  first: Visited,
  second: Visited,
): boolean | null {
  if (!isNumber(first) || !isNumber(second) || Number.isNaN(first) || Number.isNaN(second)) {
    const isText = typeof first === "string" || typeof second === "string";
    if (isText) budget.notes.add("unordered");
    return null;
  }
  const order = compareWithin(budget, first, second);
  switch (comparator) {
    case "GT":
      return order > 0;
    case "GTE":
      return order >= 0;
    case "LT":
      return order < 0;
    case "LTE":
      return order <= 0;
  }
}

function flattened(value: Visited, budget: EvaluationBudget): Visited {
  if (!Array.isArray(value)) return null;
  for (const element of value) budget.spend(Array.isArray(element) ? element.length : 1);
  return value.flat();
}

function filtered(
  interpreter: Interpreter,
  { left, condition, right }: Extract<Expression, { type: "FilterProjection" }>,
  value: Parameters<Visit>[1],
): Visited {
  const list = interpreter.visit(left, value);
  if (!Array.isArray(list)) return null;
  return list
    .filter((element) => !isFalse(interpreter.visit(condition, element)))
    .map((element) => interpreter.visit(right, element))
    .filter((found) => found !== null) as Visited;
}

/** The library recognises an expression by `expref: true`, and any value of a response can contain that. */
function argument(value: Visited, written: Expression): Visited {
  const posesAsExpression = typeof value === "object" && value !== null && "expref" in value;
  if (posesAsExpression && written.type !== "ExpressionReference") {
    throw new Error("a value with a member expref cannot be an argument");
  }
  return value;
}

function keysOf([elements, key]: readonly Visited[], visit: Visit): Visited[] {
  if (!Array.isArray(elements) || !isExpression(key)) return [];
  return elements.map((element) => visit(key, element));
}

function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && "expref" in value && "type" in value;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) || typeof value === "string" ? value.length : 0;
}
