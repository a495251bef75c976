import type { AttributeValue, Item } from "../attribute-value.ts";
import { addDecimals, decimalText, negated, parseDecimal } from "../decimal.ts";
import { validationError } from "../dynamodb-error.ts";
import { valueAt, withValueAt } from "./document.ts";
import type { Placeholders } from "./placeholders.ts";
import type { Path } from "./reader.ts";
import type { SetOperand, SetValue, Update } from "./update.ts";

/**
 * Applies an update to an item. Each value is computed from the item as it was before.
 *
 * @returns the new item
 * @throws DynamoDbError ValidationException
 */
export function updatedItem(item: Item, { set, remove }: Update, placeholders: Placeholders): Item {
  const values = set.map(({ path, value }) => ({
    path: placeholders.path(path),
    value: computed(item, value, placeholders),
  }));
  // From the last index to the first, so that earlier items keep their indexes.
  const removed = remove
    .map((path) => placeholders.path(path))
    .sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0);
  const changed = values.reduce((into, { path, value }) => withValueAt(into, path, value), item);
  return removed.reduce((from, path) => withValueAt(from, path, undefined), changed);
}

/**
 * @returns the paths that an update writes or removes
 * @throws DynamoDbError ValidationException when two of them overlap
 */
export function updatedPaths({ set, remove }: Update, placeholders: Placeholders): Path[] {
  const paths = [...set.map(({ path }) => path), ...remove].map((path) => placeholders.path(path));
  paths.forEach((one, index) => {
    const other = paths.slice(0, index).find((earlier) => overlap(earlier, one));
    if (other === undefined) return;
    throw validationError(
      `Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${other.join(", ")}], path two: [${one.join(", ")}]`,
    );
  });
  return paths;
}

function overlap(a: Path, b: Path): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((step, index) => step === long[index]);
}

function computed(item: Item, value: SetValue, placeholders: Placeholders): AttributeValue {
  if (!("left" in value)) return operandOf(item, value, placeholders);
  const left = numberIn(operandOf(item, value.left, placeholders));
  const right = numberIn(operandOf(item, value.right, placeholders));
  const sum = addDecimals(left, value.kind === "plus" ? right : negated(right));
  return { N: decimalText(sum) };
}

function operandOf(item: Item, operand: SetOperand, placeholders: Placeholders): AttributeValue {
  if (operand.kind === "value") return placeholders.value(operand.name);
  const found = valueAt(item, placeholders.path(operand.path));
  if (found !== undefined) return found;
  if (operand.kind === "ifNotExists") return operandOf(item, operand.otherwise, placeholders);
  throw validationError(
    "The provided expression refers to an attribute that does not exist in the item",
  );
}

function numberIn(value: AttributeValue) {
  if ("N" in value) return parseDecimal(value.N);
  throw validationError("An operand in the update expression has an incorrect data type");
}
