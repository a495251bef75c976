import { type Names, resolveValue } from "./resolve-value.ts";
import { TemplateError } from "./template-error.ts";
import { isList, isMap, type TemplateValue } from "./template-value.ts";

/** A function of a condition, with its operand, the path of the operand, and the template's names. */
export type ConditionFunction = (operand: TemplateValue, path: string, names: Names) => boolean;

/**
 * Evaluates an expression of the template's `Conditions`: Fn::Equals, Fn::And, Fn::Or, Fn::Not and
 * Condition.
 *
 * @param path the place of the expression, for errors
 * @param more further functions that are allowed in this place, by name
 * @throws TemplateError for any other expression, and for a wrong number of operands
 */
export function evaluateCondition(
  expression: TemplateValue,
  path: string,
  names: Names,
  more: ReadonlyMap<string, ConditionFunction> = new Map(),
): boolean {
  const [entry, ...others] = isMap(expression) ? Object.entries(expression) : [];
  if (!entry || others.length > 0) {
    throw new TemplateError(path, "takes one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition");
  }
  const [name, operand] = entry;
  const inner = `${path}.${name}`;
  const holds = (part: TemplateValue): boolean => evaluateCondition(part, inner, names, more);
  const other = more.get(name);
  if (other) return other(operand, inner, names);
  switch (name) {
    case "Condition":
      if (typeof operand !== "string") throw new TemplateError(inner, "takes a condition's name");
      return names.condition(operand, path);
    case "Fn::Equals": {
      const [left, right] = parts(operand, 2, 2, inner).map((part) =>
        resolveValue(part, inner, names),
      );
      return comparable(left) === comparable(right);
    }
    case "Fn::Not":
      return !parts(operand, 1, 1, inner).every(holds);
    case "Fn::And":
      return parts(operand, 2, 10, inner).every(holds);
    case "Fn::Or":
      return parts(operand, 2, 10, inner).some(holds);
    default:
      throw new TemplateError(path, `${name} is not a function of a condition`);
  }
}

function parts(operand: TemplateValue, min: number, max: number, path: string) {
  if (isList(operand) && operand.length >= min && operand.length <= max) return operand;
  const count = min === max ? String(min) : `${min} to ${max}`;
  throw new TemplateError(path, `takes a list of ${count} items`);
}

/** Parameters are strings and literals may be numbers: `1` equals `"1"`. */
const comparable = (value: TemplateValue | undefined): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);
