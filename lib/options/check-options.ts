import type * as z from "zod/mini";
import { nearestName } from "./did-you-mean.ts";
import { knownNames } from "./known-names.ts";

/**
 * Checks the options of a middleware, or of another part of a stack, when the stack is built.
 *
 * @returns the options without those that are undefined, so that defaults replace them
 * @throws {TypeError} naming the part, each invalid or unknown option, and what it must be
 */
export function checkOptions<Options extends object>(
  name: string,
  schema: z.ZodMiniType,
  options: Options,
): Options {
  const result = schema.safeParse(options);
  if (!result.success) {
    const problems = result.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? unknownOptions(issue.path, issue.keys, schema)
        : `${issue.path.join(".") || "options"} ${issue.message}`,
    );
    throw new TypeError(`${name}: ${problems.join("; ")}`);
  }
  const given = { ...options };
  for (const option of Object.keys(given)) {
    if (Reflect.get(given, option) === undefined) Reflect.deleteProperty(given, option);
  }
  return given;
}

function unknownOptions(
  path: readonly PropertyKey[],
  names: readonly string[],
  schema: z.ZodMiniType,
): string {
  const known = knownNames(schema, path);
  const meant = new Set(names.flatMap((name) => nearestName(name, known) ?? []));
  const unknown = names.map((name) => [...path, name].join("."));
  const question = meant.size === 0 ? "" : `: did you mean ${[...meant].join(", ")}?`;
  return `unknown option ${unknown.join(", ")}${question}`;
}
