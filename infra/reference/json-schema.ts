/** The parts of a JSON Schema that a table of fields shows. */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** One field of a schema, with the path that names it: `request.url`. */
export interface SchemaField {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Lists the fields of an object schema, those of its inner objects after their own. */
export function fieldsOf(schema: JsonSchema, parent = ""): SchemaField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${parent}${name}`;
    const isRequired = schema.required?.includes(name) ?? false;
    const inner = [field, ...(field.anyOf ?? [])].flatMap((of) => fieldsOf(of, `${path}.`));
    return [{ path, schema: field, isRequired }, ...inner];
  });
}

/** Says which values a field takes: `integer, 0 to 100000`. */
export function valuesOf(schema: JsonSchema): string {
  const { type, minimum, maximum, anyOf } = schema;
  if (anyOf !== undefined) return anyOf.map(valuesOf).join(" or ");
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  return type ?? "any JSON";
}

/** Says what a field is when it is left out. */
export function defaultOf({ schema, isRequired }: SchemaField): string {
  if (schema.default !== undefined) return code(schema.default);
  return isRequired ? "required" : "";
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
