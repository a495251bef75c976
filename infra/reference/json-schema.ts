import type * as z from "zod/mini";

/** A JSON Schema as zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One field of a schema, with the path that names it: `request.url`. */
export interface SchemaField {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Lists the fields of an object schema. The fields of an inner object follow it. */
export function fieldsOf(schema: JsonSchema, parent = ""): SchemaField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if (typeof field === "boolean") return [];
    const path = `${parent}${name}`;
    const isRequired = schema.required?.includes(name) ?? false;
    const inner = [field, ...(field.anyOf ?? [])].flatMap((of) => fieldsOf(of, `${path}.`));
    return [{ path, schema: field, isRequired }, ...inner];
  });
}

/** Describes the values that a field accepts, for example `integer, 0 to 100000`. */
export function valuesOf(schema: JsonSchema): string {
  const { type, minimum, maximum, anyOf } = schema;
  if (anyOf !== undefined && type === undefined) return anyOf.map(valuesOf).join(" or ");
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  return type === undefined ? "any JSON" : String(type);
}

/** The default of a field, or `required`. */
export function defaultOf({ schema, isRequired }: SchemaField): string {
  if (schema.default !== undefined) return code(schema.default);
  return isRequired ? "required" : "";
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
