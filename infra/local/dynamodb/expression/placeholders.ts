import type { AttributeValue } from "../attribute-value.ts";
import { parseAttributeValue } from "../attribute-value.ts";
import { validationError } from "../dynamodb-error.ts";
import type { Parsed, Path } from "./reader.ts";

/** The placeholders of a request. */
export interface Placeholders {
  /** @returns the path with its `#name`s replaced */
  path(path: Path): Path;
  value(name: string): AttributeValue;
}

export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads a request's placeholders, and checks that its expressions use them.
 *
 * @param expressions by the name of the parameter, which errors contain
 * @throws DynamoDbError ValidationException when a placeholder is used but not given, or given but not used
 */
export function placeholdersOf(
  input: PlaceholderInput,
  expressions: Readonly<Record<string, Parsed<unknown> | undefined>>,
): Placeholders {
  const names = new Map(Object.entries(input.ExpressionAttributeNames ?? {}));
  const given = Object.entries(input.ExpressionAttributeValues ?? {});
  const values = new Map(given.map(([name, value]) => [name, parseAttributeValue(value)]));
  const used = { names: new Set<string>(), values: new Set<string>() };
  for (const [kind, parsed] of Object.entries(expressions)) {
    for (const name of parsed?.names ?? []) {
      used.names.add(name);
      if (!names.has(name)) {
        throw validationError(
          `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
        );
      }
    }
    for (const name of parsed?.values ?? []) {
      used.values.add(name);
      if (!values.has(name)) {
        throw validationError(
          `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${name}`,
        );
      }
    }
  }
  refuseUnused("ExpressionAttributeNames", names, used.names);
  refuseUnused("ExpressionAttributeValues", values, used.values);
  return {
    path: (path) =>
      path.map((step) => (typeof step === "string" ? (names.get(step) ?? step) : step)),
    value: (name) => values.get(name) ?? { NULL: true },
  };
}

function refuseUnused(
  parameter: string,
  given: ReadonlyMap<string, unknown>,
  used: ReadonlySet<string>,
): void {
  const unused = [...given.keys()].filter((name) => !used.has(name));
  if (unused.length === 0) return;
  throw validationError(
    `Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`,
  );
}
