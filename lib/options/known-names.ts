import type * as z from "zod/mini";

/** The member names that a schema defines for the object at `path`. */
export function knownNames(schema: z.core.$ZodType, path: readonly PropertyKey[] = []): string[] {
  const shape = shapeOf(schema);
  const [first, ...rest] = path;
  if (first === undefined) return Object.keys(shape);
  const member = shape[String(first)];
  return member === undefined ? [] : knownNames(member, rest);
}

/** The paths of all members that a schema defines, like `request.url`. */
export function knownPaths(schema: z.core.$ZodType): string[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, member]) => [
    name,
    ...knownPaths(member).map((path) => `${name}.${path}`),
  ]);
}

function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return def.shape;
    case "union":
      return Object.assign({}, ...def.options.map(shapeOf));
    case "optional":
    case "default":
    case "prefault":
      return shapeOf(def.innerType);
    default:
      return {};
  }
}
