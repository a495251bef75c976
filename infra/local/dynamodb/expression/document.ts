import { type AttributeValue, attributeOf, type Item } from "../attribute-value.ts";
import { validationError } from "../dynamodb-error.ts";
import type { Path } from "./reader.ts";

/** @returns the value at a path, or `undefined` */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  return path.reduce<AttributeValue | undefined>(child, { M: item });
}

function child(value: AttributeValue | undefined, step: string | number) {
  if (value === undefined) return undefined;
  if (typeof step === "string") return "M" in value ? attributeOf(value.M, step) : undefined;
  return "L" in value ? value.L[step] : undefined;
}

/**
 * Sets or removes the value at a path. An index beyond the end of a list appends to it.
 *
 * @returns the changed item; the given one does not change
 * @throws DynamoDbError ValidationException when a parent on the path does not exist
 */
export function withValueAt(item: Item, path: Path, value: AttributeValue | undefined): Item {
  const changed = changedAt({ M: item }, path, value);
  return "M" in changed ? changed.M : item;
}

function changedAt(
  container: AttributeValue,
  [step, ...rest]: Path,
  value: AttributeValue | undefined,
): AttributeValue {
  if (step === undefined) return container;
  const current = child(container, step);
  if (rest.length > 0) {
    if (current === undefined) throw invalidPath();
    return withChild(container, step, changedAt(current, rest, value));
  }
  return withChild(container, step, value);
}

function withChild(
  container: AttributeValue,
  step: string | number,
  value: AttributeValue | undefined,
): AttributeValue {
  if (typeof step === "string" && "M" in container) {
    if (value !== undefined) return { M: { ...container.M, [step]: value } };
    const others = Object.entries(container.M).filter(([name]) => name !== step);
    return { M: Object.fromEntries(others) };
  }
  if (typeof step === "number" && "L" in container) {
    const added = value === undefined ? [] : [value];
    return { L: container.L.toSpliced(step, 1, ...added) };
  }
  throw invalidPath();
}

const invalidPath = () =>
  validationError("The document path provided in the update expression is invalid for update");

/** @returns an item with only the values at these paths; a list keeps only the selected members */
export function projected(item: Item, paths: readonly Path[]): Item {
  const result = projectedValue({ M: item }, paths);
  return result !== undefined && "M" in result ? result.M : {};
}

function projectedValue(value: AttributeValue, paths: readonly Path[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  const inside = (step: string | number, member: AttributeValue) => {
    const deeper = paths.filter(([first]) => first === step).map((path) => path.slice(1));
    return deeper.length === 0 ? undefined : projectedValue(member, deeper);
  };
  if ("M" in value) {
    const members = Object.entries(value.M).flatMap(([name, member]) => {
      const found = inside(name, member);
      return found === undefined ? [] : [[name, found] as const];
    });
    return members.length === 0 ? undefined : { M: Object.fromEntries(members) };
  }
  if ("L" in value) {
    const members = value.L.flatMap((member, index) => inside(index, member) ?? []);
    return members.length === 0 ? undefined : { L: members };
  }
  return undefined;
}
