import {
  type AttributeValue,
  bytesOf,
  compareValues,
  type Item,
  isEqual,
  typeOf,
} from "../attribute-value.ts";
import type { Comparator, Condition, Operand } from "./condition.ts";
import { valueAt } from "./document.ts";
import type { Placeholders } from "./placeholders.ts";

/**
 * Whether an item meets a condition. Values of different types are unequal and have no order. A missing value meets no
 * comparison except `<>`.
 *
 * @param item the item in the table, or `{}` when there is none
 */
export function meets(item: Item, condition: Condition, placeholders: Placeholders): boolean {
  const holds = (term: Condition) => meets(item, term, placeholders);
  const read = (operand: Operand) => operandValue(item, operand, placeholders);
  switch (condition.kind) {
    case "and":
      return condition.terms.every(holds);
    case "or":
      return condition.terms.some(holds);
    case "not":
      return !holds(condition.term);
    case "exists":
      return valueAt(item, placeholders.path(condition.path)) !== undefined;
    case "notExists":
      return valueAt(item, placeholders.path(condition.path)) === undefined;
    case "compare":
      return compares(condition.comparator, read(condition.left), read(condition.right));
    case "between": {
      const value = read(condition.operand);
      return (
        compares(">=", value, read(condition.low)) && compares("<=", value, read(condition.high))
      );
    }
    case "in": {
      const value = read(condition.operand);
      return condition.options.some((option) => compares("=", value, read(option)));
    }
    case "hasType": {
      const value = valueAt(item, placeholders.path(condition.path));
      const type = read(condition.type);
      return value !== undefined && type !== undefined && "S" in type && typeOf(value) === type.S;
    }
    case "beginsWith":
      return beginsWith(read(condition.operand), read(condition.part));
    case "contains":
      return contains(read(condition.operand), read(condition.part));
  }
}

function operandValue(
  item: Item,
  operand: Operand,
  placeholders: Placeholders,
): AttributeValue | undefined {
  if (operand.kind === "value") return placeholders.value(operand.name);
  const value = valueAt(item, placeholders.path(operand.path));
  return operand.kind === "path" || value === undefined ? value : sizeOf(value);
}

function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  const isSame = left !== undefined && right !== undefined && isEqual(left, right);
  if (comparator === "=") return isSame;
  if (comparator === "<>") return !isSame;
  const order = left && right && compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function beginsWith(whole: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (!whole || !part) return false;
  if ("S" in whole && "S" in part) return whole.S.startsWith(part.S);
  if (!("B" in whole && "B" in part)) return false;
  const start = bytesOf(part.B);
  return bytesOf(whole.B).subarray(0, start.byteLength).equals(start);
}

function contains(whole: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (!whole || !part) return false;
  if ("S" in whole) return "S" in part && whole.S.includes(part.S);
  if ("B" in whole) return "B" in part && bytesOf(whole.B).includes(bytesOf(part.B));
  if ("SS" in whole) return "S" in part && whole.SS.includes(part.S);
  if ("NS" in whole) return "N" in part && whole.NS.includes(part.N);
  if ("BS" in whole) return "B" in part && whole.BS.includes(part.B);
  return "L" in whole && whole.L.some((member) => isEqual(member, part));
}

/** The number of characters of a string, bytes of binary, or members of a set, list or map. */
function sizeOf(value: AttributeValue): AttributeValue | undefined {
  const size = (count: number) => ({ N: String(count) });
  if ("S" in value) return size(value.S.length);
  if ("B" in value) return size(bytesOf(value.B).byteLength);
  if ("M" in value) return size(Object.keys(value.M).length);
  if ("L" in value) return size(value.L.length);
  if ("SS" in value) return size(value.SS.length);
  if ("NS" in value) return size(value.NS.length);
  return "BS" in value ? size(value.BS.length) : undefined;
}
