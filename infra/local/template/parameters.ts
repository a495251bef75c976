import * as z from "zod/mini";
import { parseAt, TemplateError } from "./template-error.ts";
import type { TemplateMap } from "./template-value.ts";
import { scalarText } from "./value-schemas.ts";

/** A parameter's value as `Ref` returns it: CloudFormation has only strings and lists of strings. */
export type ParameterValue = string | readonly string[];

const limit = z.optional(z.pipe(scalarText, z.transform(Number)));

const declarationSchema = z.object({
  Type: z.string(),
  Default: z.optional(scalarText),
  AllowedValues: z.optional(z.array(scalarText)),
  AllowedPattern: z.optional(z.string()),
  ConstraintDescription: z.optional(z.string()),
  MinLength: limit,
  MaxLength: limit,
  MinValue: limit,
  MaxValue: limit,
  NoEcho: z.optional(scalarText),
});
type Declaration = z.output<typeof declarationSchema>;

/**
 * Determines the values of the template's parameters.
 *
 * @param declarations the template's `Parameters`
 * @param overrides values by parameter name; missing ones have their defaults
 * @throws TemplateError for an override without a parameter, a parameter without a value, and a
 *   value that its parameter does not allow (CloudFormation's "Parameters" section syntax)
 */
export function settleParameters(
  declarations: TemplateMap,
  overrides: Readonly<Record<string, string>>,
): ReadonlyMap<string, ParameterValue> {
  const names = Object.keys(declarations);
  for (const name of Object.keys(overrides)) {
    if (!names.includes(name)) {
      const known = names.length > 0 ? `it has ${names.join(", ")}` : "it has none";
      throw new TemplateError(`Parameters.${name}`, `the template has no such parameter; ${known}`);
    }
  }
  return new Map(
    names.map((name) => {
      const path = `Parameters.${name}`;
      const declaration = parseAt(declarationSchema, declarations[name], path);
      const given = Object.hasOwn(overrides, name) ? overrides[name] : declaration.Default;
      if (given === undefined) throw new TemplateError(path, "has no default: give it a value");
      return [name, settle(given, declaration, path)];
    }),
  );
}

function settle(given: string, declaration: Declaration, path: string): ParameterValue {
  const { Type: type } = declaration;
  if (type.startsWith("AWS::SSM::")) {
    throw new TemplateError(path, `${type} reads Systems Manager, which does not run locally`);
  }
  const isListType = type === "CommaDelimitedList" || type.startsWith("List<");
  const items = isListType ? given.split(",").map((item) => item.trim()) : [given];
  for (const item of items) {
    const problem = problemOf(item, declaration);
    if (problem === undefined) continue;
    const shown = declaration.NoEcho === "true" ? "its value" : JSON.stringify(item);
    throw new TemplateError(path, `${shown} ${problem}`);
  }
  return isListType ? items : given;
}

function problemOf(value: string, declaration: Declaration): string | undefined {
  const { Type: type, AllowedValues, AllowedPattern } = declaration;
  const { MinLength, MaxLength, MinValue, MaxValue, ConstraintDescription } = declaration;
  if (AllowedValues && !AllowedValues.includes(value)) {
    return `is none of ${AllowedValues.join(", ")}`;
  }
  if (type === "Number" || type === "List<Number>") {
    const number = value.trim() === "" ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) return "is no number";
    if (MinValue !== undefined && number < MinValue) return `is below ${MinValue}`;
    if (MaxValue !== undefined && number > MaxValue) return `is above ${MaxValue}`;
    return undefined;
  }
  if (MinLength !== undefined && value.length < MinLength) {
    return `is shorter than ${MinLength} characters`;
  }
  if (MaxLength !== undefined && value.length > MaxLength) {
    return `is longer than ${MaxLength} characters`;
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    return `must be ${ConstraintDescription ?? `text that matches ${AllowedPattern}`}`;
  }
  return undefined;
}
