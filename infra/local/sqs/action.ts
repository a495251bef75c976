import type * as z from "zod/mini";
import type { QueueService } from "../queue/queue-service.ts";
import { SqsError } from "../queue/sqs-error.ts";

export interface ActionContext {
  readonly service: QueueService;
  readonly endpoint: string;
  /** Registers `stop`, which is called once when the client no longer waits for the answer. */
  readonly abandoned: (stop: () => void) => void;
}

/** An action of the API: its answer for an input that has been parsed as JSON. */
export type Action = (input: unknown, context: ActionContext) => unknown;

/** An action that first checks its input against a schema. */
export function action<Schema extends z.ZodMiniType>(
  schema: Schema,
  run: (input: z.output<Schema>, context: ActionContext) => unknown,
): Action {
  return (input, context) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data, context);
    throw badInput(parsed.error.issues[0], input);
  };
}

function badInput(issue: z.core.$ZodIssue | undefined, input: unknown): SqsError {
  const path = issue?.path ?? [];
  const parameter = path.map(String).join(".") || "(the request)";
  if (valueAt(input, path) === undefined) {
    return new SqsError("MissingParameter", `The request must contain the parameter ${parameter}.`);
  }
  return new SqsError(
    "InvalidParameterValue",
    `The value of parameter ${parameter} is invalid. Reason: ${issue?.message}.`,
  );
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    input,
  );
}
