import * as z from "zod/mini";
import { validationError } from "./dynamodb-error.ts";
import type { Tables } from "./table.ts";

/** An action of the API: its answer for an input that has been parsed as JSON. */
export type Action = (input: unknown, tables: Tables) => unknown;

/**
 * An action that first checks its input against a schema. It refuses an unknown parameter by name: in AWS that
 * parameter would change what the action does.
 */
export function action<Schema extends z.ZodMiniType>(
  schema: Schema,
  run: (input: z.output<Schema>, tables: Tables) => unknown,
): Action {
  return (input, tables) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data, tables);
    const [issue] = parsed.error.issues;
    if (issue?.code === "unrecognized_keys") {
      throw validationError(`The local table does not support ${issue.keys.join(", ")}`);
    }
    const parameter = issue?.path.map(String).join(".") || "the request";
    throw validationError(`1 validation error detected: ${parameter}: ${issue?.message}`);
  };
}

/** Parameters that have no effect on a local table. */
const ignored = {
  ReturnConsumedCapacity: z.optional(z.string()),
  ReturnItemCollectionMetrics: z.optional(z.string()),
};

/** Parameters of every action on items. */
export const tableFields = { TableName: z.string(), ...ignored };

export const placeholderFields = {
  ExpressionAttributeNames: z.optional(z.record(z.string(), z.string())),
  ExpressionAttributeValues: z.optional(z.record(z.string(), z.unknown())),
};
