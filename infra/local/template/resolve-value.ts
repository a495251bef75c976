import { TemplateError } from "./template-error.ts";
import { isList, isMap, own, type TemplateValue } from "./template-value.ts";

/** Looks up the names in a template. Each method throws a TemplateError at `path` for an unknown name. */
export interface Names {
  /** The value of `Ref`: of a parameter, pseudo parameter or resource; undefined for AWS::NoValue. */
  reference(name: string, path: string): TemplateValue | undefined;
  /** The value of `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string, path: string): TemplateValue;
  condition(name: string, path: string): boolean;
  mapping(map: string, topKey: string, secondKey: string, path: string): TemplateValue;
}

type IntrinsicFunction = (
  operand: TemplateValue,
  path: string,
  names: Names,
) => TemplateValue | undefined;

/**
 * Replaces every intrinsic function in `value` by its result. Omits properties and list items that are
 * AWS::NoValue; returns `undefined` when `value` itself is.
 *
 * @param path the place of `value`, for errors
 * @throws TemplateError for an unknown function, a missing reference and an operand of a wrong type
 */
export function resolveValue(
  value: TemplateValue,
  path: string,
  names: Names,
): TemplateValue | undefined {
  if (isList(value)) {
    return value.flatMap((item, index) => {
      const resolved = resolveValue(item, `${path}.${index}`, names);
      return resolved === undefined ? [] : [resolved];
    });
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value);
  const called = entries.find(([key]) => key === "Ref" || key.startsWith("Fn::"));
  if (called && entries.length === 1) return call(called[0], called[1], path, names);
  if (called?.[0].startsWith("Fn::")) {
    throw new TemplateError(path, `${called[0]} has other keys beside it: it must be alone`);
  }
  return Object.fromEntries(
    entries.flatMap(([key, item]) => {
      const resolved = resolveValue(item, `${path}.${key}`, names);
      return resolved === undefined ? [] : [[key, resolved]];
    }),
  );
}

function call(name: string, operand: TemplateValue, path: string, names: Names) {
  const run = FUNCTIONS.get(name);
  if (!run) throw new TemplateError(path, `${name} does not run locally`);
  return run(operand, name === "Ref" ? path : `${path}.${name}`, names);
}

const FUNCTIONS: ReadonlyMap<string, IntrinsicFunction> = new Map<string, IntrinsicFunction>([
  ["Ref", (operand, path, names) => names.reference(text(operand, path), path)],
  ["Fn::GetAtt", getAttribute],
  ["Fn::Sub", sub],
  ["Fn::If", choose],
  ["Fn::FindInMap", findInMap],
  ["Fn::Join", join],
  ["Fn::Select", select],
  ["Fn::Split", split],
  [
    "Fn::Base64",
    (operand, path, names) => Buffer.from(resolvedText(operand, path, names)).toString("base64"),
  ],
]);

function getAttribute(operand: TemplateValue, path: string, names: Names): TemplateValue {
  const [logicalId, ...attribute] =
    typeof operand === "string" ? operand.split(".") : list(operand, path, 2);
  return names.attribute(
    text(logicalId, path),
    attribute.map((part) => resolvedText(part, path, names)).join("."),
    path,
  );
}

function sub(operand: TemplateValue, path: string, names: Names): TemplateValue {
  const [template, given] = isList(operand) ? operand : [operand, {}];
  if (!isMap(given)) throw new TemplateError(path, "its second item must map names to values");
  return substitute(text(template, path), (name) => {
    const value = own(given, name);
    if (value !== undefined) return resolvedText(value, `${path}.${name}`, names);
    return asText(variable(name, path, names), `${path}: \${${name}}`);
  });
}

/** Replaces `${Name}` by the result of `lookUp`, and `${!Name}` by the literal `${Name}`. */
function substitute(template: string, lookUp: (name: string) => string): string {
  return template.replace(/\$\{([^}]*)\}/g, (_whole, name: string) =>
    name.startsWith("!") ? `\${${name.slice(1)}}` : lookUp(name.trim()),
  );
}

/** `${Name}` is a Ref, `${Name.Attribute}` a GetAtt; the names of SAM's aliases are a Ref, too. */
function variable(name: string, path: string, names: Names): TemplateValue | undefined {
  const dot = name.indexOf(".");
  if (dot < 0 || /\.(Alias|Version)$/.test(name)) return names.reference(name, path);
  return names.attribute(name.slice(0, dot), name.slice(dot + 1), path);
}

function choose(operand: TemplateValue, path: string, names: Names): TemplateValue | undefined {
  const [condition, yes, no] = list(operand, path, 3);
  const chosen = names.condition(text(condition, path), path) ? yes : no;
  return resolveValue(chosen ?? null, path, names);
}

function findInMap(operand: TemplateValue, path: string, names: Names): TemplateValue {
  const [map, topKey, secondKey] = list(operand, path, 3).map((part) =>
    resolvedText(part, path, names),
  );
  return names.mapping(map ?? "", topKey ?? "", secondKey ?? "", path);
}

function join(operand: TemplateValue, path: string, names: Names): TemplateValue {
  const [delimiter, items] = list(operand, path, 2);
  return resolvedList(items, path, names)
    .map((item) => asText(item, path))
    .join(text(delimiter, path));
}

function select(operand: TemplateValue, path: string, names: Names): TemplateValue {
  const [position, items] = list(operand, path, 2);
  const index = resolvedText(position, path, names);
  const chosen = resolvedList(items, path, names)[/^\d+$/.test(index) ? Number(index) : -1];
  if (chosen === undefined) throw new TemplateError(path, `its list has no item ${index}`);
  return chosen;
}

function split(operand: TemplateValue, path: string, names: Names): TemplateValue {
  const [delimiter, source] = list(operand, path, 2);
  return resolvedText(source, path, names).split(text(delimiter, path));
}

function list(operand: TemplateValue, path: string, length: number): readonly TemplateValue[] {
  if (isList(operand) && operand.length === length) return operand;
  throw new TemplateError(path, `takes a list of ${length} items`);
}

function text(value: TemplateValue | undefined, path: string): string {
  if (typeof value === "string") return value;
  throw new TemplateError(path, `takes a string here, not ${JSON.stringify(value)}`);
}

function asText(value: TemplateValue | undefined, path: string): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return text(value, path);
}

const resolvedText = (value: TemplateValue | undefined, path: string, names: Names): string =>
  asText(resolveValue(value ?? null, path, names), path);

function resolvedList(value: TemplateValue | undefined, path: string, names: Names) {
  const resolved = resolveValue(value ?? null, path, names);
  if (isList(resolved)) return resolved;
  throw new TemplateError(path, `takes a list here, not ${JSON.stringify(resolved)}`);
}
